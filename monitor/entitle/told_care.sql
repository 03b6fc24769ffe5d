-- One person's settlements in order of time, each with the category taken on its day and the schedules of it, and with what the
-- in-policy self-payment is made of. What no identity of the day aids is there too, and says so.
-- in: theirs, care_of, weighed, stretches, combinations, chosen, settlements, aid_year(first)
WITH taken AS (
    SELECT c.person, c.stretch, c.category
    FROM combinations AS c
    JOIN chosen AS n ON n.person = c.person AND n.combination = c.combination
),
shown AS (
    -- A stretch none of whose categories can be computed is shown under the first.
    SELECT d.person, d.stretch, coalesce(max(t.category), arg_min(d.category, d.position)) AS category
    FROM (SELECT * FROM stretches WHERE person >= 0) AS d
    LEFT JOIN taken AS t ON t.person = d.person AND t.stretch = d.stretch
    GROUP BY d.person, d.stretch
),
judged AS (
    SELECT w.* FROM weighed AS w JOIN shown AS s ON s.person = w.person AND s.stretch = w.stretch AND s.category = w.category WHERE w.why <> 'other_schedule'
)
SELECT
    t.setl_id, t.setl_time, t.care_day, t.perhaps_last_year, t.med_type, c.care, t.in_policy, t.maf_pay, coalesce(j.category, '') AS category, j.entry,
    coalesce(j.taken_off, 0) AS taken_off, coalesce(j.place, t.fix_blng_admdvs, '') AS place, coalesce(j.referral, '') AS referral,
    coalesce(j.qualifies, false) AS qualifies,
    CASE
        WHEN j.why IS NOT NULL AND j.why <> 'record' THEN j.why
        WHEN c.care = 'assistance_record' AND t.care_day >= y.first THEN 'record'
        WHEN j.why IS NOT NULL THEN j.why
        WHEN t.care_day < y.first THEN 'earlier_year'
        ELSE 'no_identity'
    END AS why,
    s.psn_part_amt, s.fulamt_ownpay_amt, s.overlmt_selfpay, s.preselfpay_amt
FROM theirs AS t
JOIN care_of AS c ON c.med_type = t.med_type
JOIN settlements AS s ON s.batch = t.batch AND s.line = t.line
CROSS JOIN aid_year AS y
LEFT JOIN judged AS j ON j.batch = t.batch AND j.line = t.line
ORDER BY t.care_day, t.setl_time, t.setl_id, t.batch, t.line, j.entry
