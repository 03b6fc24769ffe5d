-- The schedules taken for each person, with what each gives in cents: cents are cut from running totals, so that a person's
-- rows add up to their rounded sums. `leads`: the schedule that gives most, whose figures stand in the person's one row (none
-- that pays apart, where there is another); assistance recorded alone and decisions of single cases stand with it.
-- in: aids, chosen, windows; out: aids' columns + leads, aid_cents, tilt_cents, given_cents, how the category is recognised
WITH best AS (
    SELECT
        a.*,
        row_number() OVER (PARTITION BY a.person ORDER BY a.apart, a.aid + a.tilt DESC, a.eligible DESC, a.position, a.schedule) = 1 AS leads,
        sum(a.aid) OVER (PARTITION BY a.person ORDER BY a.entry, a.schedule ROWS UNBOUNDED PRECEDING) AS aid_upto,
        sum(a.tilt) OVER (PARTITION BY a.person ORDER BY a.entry, a.schedule ROWS UNBOUNDED PRECEDING) AS tilt_upto
    FROM aids AS a
    JOIN chosen AS c ON c.person = a.person AND c.combination = a.combination
)
SELECT
    b.* EXCLUDE (aid_upto, tilt_upto),
    CAST(aid_upto AS DECIMAL(18, 2)) - CAST(aid_upto - aid AS DECIMAL(18, 2)) AS aid_cents,
    CAST(tilt_upto AS DECIMAL(18, 2)) - CAST(tilt_upto - tilt AS DECIMAL(18, 2)) AS tilt_cents,
    CAST(aid_upto + tilt_upto AS DECIMAL(18, 2)) - CAST(aid_upto - aid + tilt_upto - tilt AS DECIMAL(18, 2)) AS given_cents,
    w.held, w.begin, w.ended, w.applied_on, w.decided_on, w.outcome
FROM best AS b
JOIN windows AS w ON w.person = b.person AND w.entry = b.entry
