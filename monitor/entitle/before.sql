-- What the year before paid for bills that get the difference: bill by bill, no further than the schedule's own ratios give on the bill now
-- (more is that year's affair), as aid first, then as tilt; and what was recorded alone, as far as those ratios give it on the bills together.
-- in: reached, combinations, stretch_sums, figures
-- out: person, combination, schedule, paid_before (all of it), aid_before, qualifying_aid_before (of bills a tilt looks at), tilt_before
WITH bills_of AS (
    SELECT * FROM reached
    UNION ALL
    -- A double with the person's own bills (hopeful.sql).
    SELECT r.* REPLACE (-1 - r.person AS person)
    FROM reached AS r
    ANTI JOIN (SELECT person FROM reached WHERE person < 0) AS o ON o.person = -1 - r.person
    WHERE r.person >= 0
),
bills AS (
    SELECT
        c.person, c.combination, s.schedule, r.paid, r.record, r.qualifies,
        CASE WHEN r.record THEN 0 ELSE greatest(f.ratio * r.amount, 0) END AS by_aid,
        CASE WHEN r.qualifies THEN greatest(f.tilt_ratio * (1 - f.ratio) * r.amount, 0) ELSE 0 END AS by_tilt
    FROM bills_of AS r
    JOIN stretch_sums AS s ON s.person = r.person AND s.stretch = r.stretch AND s.entry = r.entry
    JOIN combinations AS c ON c.person = s.person AND c.stretch = s.stretch AND c.category = s.category
    JOIN figures AS f ON f.person = s.person AND f.entry = s.entry
),
sums AS (
    SELECT
        person, combination, schedule, sum(paid) AS paid_before, sum(by_aid) AS most_as_aid, sum(by_tilt) AS most_as_tilt,
        greatest(sum(CASE WHEN record THEN paid ELSE least(paid, by_aid) END), 0) AS as_aid,
        sum(CASE WHEN qualifies THEN least(paid, by_aid) ELSE 0 END) AS as_qualifying_aid,
        sum(CASE WHEN record THEN 0 ELSE least(paid - least(paid, by_aid), by_tilt) END) AS as_tilt
    FROM bills
    GROUP BY person, combination, schedule
)
SELECT
    person, combination, schedule, CAST(paid_before AS DECIMAL(18, 2)) AS paid_before,
    CAST(least(most_as_aid, as_aid) AS DECIMAL(24, 12)) AS aid_before,
    CAST(as_qualifying_aid AS DECIMAL(24, 12)) AS qualifying_aid_before,
    CAST(least(most_as_tilt, greatest(as_tilt + greatest(as_aid - most_as_aid, 0), 0)) AS DECIMAL(24, 12)) AS tilt_before
FROM sums
