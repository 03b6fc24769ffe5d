-- What each schedule looks at in the year under each combination: its own bills of all the stretches it is taken for, so that
-- it takes its deductible and its tilt threshold once. What other insurance paid for the year, not for a bill, was
-- spread over its bills (paid_outside.sql). in: combinations, stretch_sums
-- out: person, combination, schedule, entry (of the category with most of it), first, past, sums
SELECT
    c.person, c.combination, s.schedule,
    arg_max(s.entry, (s.counted, -s.position)) AS entry, min(s.position) AS position, min(s.first) AS first, max(s.past) AS past,
    CAST(sum(s.counted) AS DECIMAL(18, 2)) AS counted,
    CAST(sum(s.taken_off) AS DECIMAL(18, 2)) AS taken_off,
    -- Reimbursements after the event can outweigh the year's costs: there is nothing to help with then, and nothing owed.
    CAST(greatest(sum(s.counted) - sum(s.taken_off), 0) AS DECIMAL(18, 2)) AS eligible,
    CAST(least(greatest(sum(s.qualifying), 0), greatest(sum(s.counted) - sum(s.taken_off), 0)) AS DECIMAL(18, 2)) AS qualifying,
    CAST(sum(s.actual) AS DECIMAL(18, 2)) AS actual,
    CAST(sum(s.unreferred) AS DECIMAL(18, 2)) AS unreferred,
    CAST(sum(s.uncounted) AS DECIMAL(18, 2)) AS uncounted,
    CAST(sum(s.assumed) AS DECIMAL(18, 2)) AS assumed,
    CAST(sum(s.unpaid) AS DECIMAL(18, 2)) AS unpaid,
    CAST(sum(s.unpaid_before) AS DECIMAL(18, 2)) AS unpaid_before,
    coalesce(min(s.unpaid_since), min(s.counted_since)) AS unpaid_since,
    CAST(sum(s.perhaps_last_year) AS DECIMAL(18, 2)) AS perhaps_last_year,
    CAST(sum(s.settlements) AS BIGINT) AS settlements
FROM combinations AS c
JOIN stretch_sums AS s ON s.person = c.person AND s.stretch = c.stretch AND s.category = c.category
GROUP BY c.person, c.combination, s.schedule
