-- What other insurance paid outside the platform, of each bill: payments that name their settlement come off it, the others off what
-- the person's bills of the year they were paid in have left, earliest first, so that together they come off the year's eligible
-- sum once. A bill is taken to zero and no further. Only bills that are eligible at all: under an identity of their day, of care
-- that a schedule counts which takes such payments off first, and not without referral where one is needed (as in weighed.sql);
-- else what is paid for the year would be spent on bills nobody aids.
-- in: other_payments, theirs, care_of, stretches, windows, schedules, schedule_care, aid_year(first, as_of)
-- out: person (or their double), batch, line, amount
WITH asked AS (
    SELECT DISTINCT d.person, d.first, d.past, k.care, s.needs_referral, w.insu_admdvs
    FROM stretches AS d
    SEMI JOIN other_payments AS o ON o.person = greatest(d.person, -1 - d.person)
    JOIN windows AS w ON w.person = d.person AND w.category = d.category
    JOIN schedules AS s ON s.entry = w.entry AND s.paid_outside
    JOIN schedule_care AS k ON k.entry = w.entry
),
eligible AS (
    SELECT DISTINCT a.person, t.batch, t.line
    FROM theirs AS t
    JOIN care_of AS c ON c.med_type = t.med_type
    JOIN asked AS a ON greatest(a.person, -1 - a.person) = t.person AND a.care = c.care AND t.care_day >= a.first AND t.care_day < a.past
    WHERE NOT a.needs_referral OR coalesce(t.referred, '') <> '0' OR CASE
        WHEN coalesce(t.fix_blng_admdvs, '') <> ''
            THEN substr(t.fix_blng_admdvs, 1, 4) = substr(coalesce(nullif(t.insu_admdvs, ''), a.insu_admdvs), 1, 4)
        ELSE coalesce(t.pay_loc, '') NOT IN ('3', '4')
    END
),
paid AS (
    SELECT
        o.person, coalesce(o.setl_id, '') AS setl_id,
        -- A payment taken back is a payment of less; nobody pays less than nothing.
        greatest(sum(o.amount), 0) AS amount
    FROM other_payments AS o
    CROSS JOIN aid_year AS y
    WHERE o.paid_on <= y.as_of AND (o.setl_id IS NOT NULL OR o.paid_on >= y.first)
    GROUP BY o.person, coalesce(o.setl_id, '')
),
bills AS (
    SELECT
        e.person, t.batch, t.line, t.setl_id, t.setl_time, t.care_day >= y.first AS this_year,
        greatest(t.in_policy, 0) AS in_policy,
        row_number() OVER (PARTITION BY e.person, t.setl_id ORDER BY t.batch, t.line) AS of_its_id
    FROM theirs AS t
    JOIN eligible AS e ON e.batch = t.batch AND e.line = t.line
    CROSS JOIN aid_year AS y
),
named AS (
    SELECT b.*, CASE WHEN b.of_its_id = 1 THEN least(b.in_policy, coalesce(p.amount, 0)) ELSE 0 END AS own
    FROM bills AS b
    LEFT JOIN paid AS p ON p.person = greatest(b.person, -1 - b.person) AND p.setl_id = b.setl_id AND p.setl_id <> ''
),
left_over AS (
    SELECT
        *, CASE WHEN this_year THEN in_policy - own ELSE 0 END AS room,
        coalesce(sum(CASE WHEN this_year THEN in_policy - own ELSE 0 END) OVER (
            PARTITION BY person ORDER BY setl_time, setl_id, batch, line ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0) AS before
    FROM named
)
SELECT
    b.person, b.batch, b.line,
    CAST(b.own + least(b.room, greatest(coalesce(p.amount, 0) - b.before, 0)) AS DECIMAL(18, 2)) AS amount
FROM left_over AS b
LEFT JOIN paid AS p ON p.person = greatest(b.person, -1 - b.person) AND p.setl_id = ''
WHERE b.own > 0 OR coalesce(p.amount, 0) > b.before
