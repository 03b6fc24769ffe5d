-- What each schedule looks at, per person: the in-policy self-payment of the care it counts, of that the part a tilt may
-- look at, what was paid, and what officers ask about the rest. in: windows, weighed; out: person, category, entry, sums
WITH summed AS (
    SELECT
        person, entry,
        sum(CASE WHEN why = '' THEN in_policy END) AS counted,
        sum(CASE WHEN why = '' THEN taken_off END) AS taken_off,
        sum(CASE WHEN qualifies THEN in_policy - taken_off END) AS qualifying,
        sum(CASE WHEN why IN ('', 'record') THEN maf_pay END) AS actual,
        sum(CASE WHEN why = 'record' THEN maf_pay END) AS recorded,
        sum(CASE WHEN why = 'unreferred' THEN in_policy END) AS unreferred,
        sum(CASE WHEN why = 'care' THEN in_policy END) AS uncounted,
        sum(CASE WHEN why = '' AND referral = 'assumed' THEN in_policy END) AS assumed,
        sum(CASE WHEN why = '' AND maf_pay = 0 THEN in_policy END) AS unpaid,
        sum(CASE WHEN why = '' AND maf_pay = 0 AND setl_time < begin THEN in_policy END) AS unpaid_before,
        min(CASE WHEN why = '' AND in_policy > 0 AND maf_pay = 0 THEN CAST(setl_time AS DATE) END) AS unpaid_since,
        min(CASE WHEN why = '' AND in_policy > 0 THEN CAST(setl_time AS DATE) END) AS counted_since,
        sum(CASE WHEN why = '' THEN 1 END) AS settlements
    FROM weighed
    GROUP BY person, entry
)
SELECT
    w.person, w.category, w.position, w.entry, w.held, w.begin, w.applied_on, w.decided_on, w.outcome, w.since, w.past,
    CAST(coalesce(s.counted, 0) AS DECIMAL(18, 2)) AS counted,
    CAST(coalesce(s.taken_off, 0) AS DECIMAL(18, 2)) AS taken_off,
    -- Reimbursements after the event can outweigh the year's costs: there is nothing to help with then, and nothing owed.
    CAST(greatest(coalesce(s.counted, 0) - coalesce(s.taken_off, 0), 0) AS DECIMAL(18, 2)) AS eligible,
    CAST(least(greatest(coalesce(s.qualifying, 0), 0), greatest(coalesce(s.counted, 0) - coalesce(s.taken_off, 0), 0))
        AS DECIMAL(18, 2)) AS qualifying,
    CAST(coalesce(s.actual, 0) AS DECIMAL(18, 2)) AS actual,
    CAST(coalesce(s.recorded, 0) AS DECIMAL(18, 2)) AS recorded,
    CAST(coalesce(s.unreferred, 0) AS DECIMAL(18, 2)) AS unreferred,
    CAST(coalesce(s.uncounted, 0) AS DECIMAL(18, 2)) AS uncounted,
    CAST(coalesce(s.assumed, 0) AS DECIMAL(18, 2)) AS assumed,
    CAST(coalesce(s.unpaid, 0) AS DECIMAL(18, 2)) AS unpaid,
    CAST(coalesce(s.unpaid_before, 0) AS DECIMAL(18, 2)) AS unpaid_before,
    coalesce(s.unpaid_since, s.counted_since) AS unpaid_since,
    coalesce(s.settlements, 0) AS settlements
FROM windows AS w
LEFT JOIN summed AS s ON s.person = w.person AND s.entry = w.entry
