-- The schedules taken for each person, with what each gives in cents: cents are cut from running totals, so that a person's
-- rows add up to their rounded sums. `leads`: the schedule that gives most, whose figures stand in the person's one row (none
-- that pays apart, where there is another); assistance recorded alone and decisions of single cases stand with it. Of what the year
-- before paid for bills that get the difference, as much is `actual` as the schedule gives on top of what is due besides (`counted_before`).
-- in: aids, chosen, windows; out: aids' columns + leads, aid_cents, tilt_cents, given_cents, counted_before, how the category is recognised
WITH best AS (
    SELECT
        a.person, a.combination, a.ord, a.schedule, a.entry, a.apart, a.aid, a.tilt, a.gained,
        row_number() OVER (PARTITION BY a.person ORDER BY a.apart, a.aid + a.tilt DESC, a.eligible DESC, a.position, a.schedule) = 1 AS leads,
        sum(a.aid) OVER upto AS aid_upto, sum(a.tilt) OVER upto AS tilt_upto, sum(a.gained) OVER upto AS gained_upto
    FROM aids AS a
    JOIN chosen AS c ON c.person = a.person AND c.combination = a.combination AND c.ord = a.ord
    WINDOW upto AS (PARTITION BY a.person ORDER BY a.entry, a.schedule ROWS UNBOUNDED PRECEDING)
),
cents AS (
    SELECT
        person, combination, ord, schedule, leads,
        -- Nearly everybody has one schedule, and cutting a running total to cents is the dearest thing here.
        CASE WHEN aid_upto = aid THEN CAST(aid AS DECIMAL(18, 2))
            ELSE CAST(aid_upto AS DECIMAL(18, 2)) - CAST(aid_upto - aid AS DECIMAL(18, 2)) END AS aid_cents,
        CASE WHEN tilt_upto = 0 THEN 0
            ELSE CAST(tilt_upto AS DECIMAL(18, 2)) - CAST(tilt_upto - tilt AS DECIMAL(18, 2)) END AS tilt_cents,
        CASE WHEN aid_upto = aid AND tilt_upto = tilt THEN CAST(aid + tilt AS DECIMAL(18, 2))
            ELSE CAST(aid_upto + tilt_upto AS DECIMAL(18, 2)) - CAST(aid_upto - aid + tilt_upto - tilt AS DECIMAL(18, 2)) END AS given_cents,
        CASE WHEN gained_upto = gained THEN CAST(gained AS DECIMAL(18, 2))
            ELSE CAST(gained_upto AS DECIMAL(18, 2)) - CAST(gained_upto - gained AS DECIMAL(18, 2)) END AS gained_cents
    FROM best
)
SELECT
    a.* EXCLUDE (actual), b.leads, b.aid_cents, b.tilt_cents, b.given_cents, b.given_cents - b.gained_cents AS counted_before,
    CAST(a.actual + b.given_cents - b.gained_cents AS DECIMAL(18, 2)) AS actual,
    w.held, w.begin, w.ended, w.applied_on, w.decided_on, w.outcome
FROM cents AS b
JOIN aids AS a ON a.person = b.person AND a.combination = b.combination AND a.ord = b.ord AND a.schedule = b.schedule
JOIN windows AS w ON w.person = a.person AND w.entry = a.entry
