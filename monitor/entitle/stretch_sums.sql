-- What each schedule looks at within a stretch: the in-policy self-payment of the care it counts, of that the part a tilt may
-- look at, what was paid, and what officers ask about the rest.
-- in: stretches, windows, weighed; out: person, stretch, category, entry, schedule (one row each, bills or none), and their sums
WITH summed AS (
    SELECT
        person, stretch, entry,
        sum(CASE WHEN why = '' THEN in_policy END) AS counted,
        sum(CASE WHEN why = '' THEN taken_off END) AS taken_off,
        sum(CASE WHEN qualifies THEN in_policy - taken_off END) AS qualifying,
        sum(CASE WHEN why = '' AND NOT before THEN maf_pay END) AS actual,
        sum(CASE WHEN why = 'unreferred' THEN in_policy END) AS unreferred,
        sum(CASE WHEN why = 'care' AND NOT apart THEN in_policy END) AS uncounted,
        sum(CASE WHEN why = '' AND referral = 'assumed' THEN in_policy END) AS assumed,
        sum(CASE WHEN why = '' AND maf_pay = 0 THEN in_policy END) AS unpaid,
        sum(CASE WHEN why = '' AND maf_pay = 0 AND care_day < begin THEN in_policy END) AS unpaid_before,
        min(CASE WHEN why = '' AND in_policy > 0 AND maf_pay = 0 THEN care_day END) AS unpaid_since,
        min(CASE WHEN why = '' AND in_policy > 0 THEN care_day END) AS counted_since,
        sum(CASE WHEN why = '' AND perhaps_last_year THEN in_policy END) AS perhaps_last_year,
        sum(CASE WHEN why = '' THEN 1 END) AS settlements
    FROM weighed
    GROUP BY person, stretch, entry
)
SELECT
    d.person, d.stretch, d.category, d.position, d.first, d.past, w.entry, w.schedule,
    coalesce(s.counted, 0) AS counted, coalesce(s.taken_off, 0) AS taken_off, coalesce(s.qualifying, 0) AS qualifying,
    coalesce(s.actual, 0) AS actual, coalesce(s.unreferred, 0) AS unreferred, coalesce(s.uncounted, 0) AS uncounted,
    coalesce(s.assumed, 0) AS assumed, coalesce(s.unpaid, 0) AS unpaid, coalesce(s.unpaid_before, 0) AS unpaid_before,
    s.unpaid_since, s.counted_since, coalesce(s.settlements, 0) AS settlements, coalesce(s.perhaps_last_year, 0) AS perhaps_last_year
FROM stretches AS d
JOIN windows AS w ON w.person = d.person AND w.category = d.category
LEFT JOIN summed AS s ON s.person = d.person AND s.stretch = d.stretch AND s.entry = w.entry
