-- What each member of a household bore in the year, before assistance. in: household_members, settlements, left_out,
-- numbers_resolved, aid_year; out: person, burden
WITH asked AS (
    SELECT DISTINCT person FROM household_members
),
stored AS (
    SELECT person AS stored, person FROM asked
    UNION ALL
    SELECT n.stored, n.person FROM numbers_resolved AS n SEMI JOIN asked AS a ON a.person = n.person
)
SELECT t.person, CAST(sum(burden_before_aid_of(s.psn_part_amt, s.maf_pay)) AS DECIMAL(18, 2)) AS burden
FROM settlements AS s
JOIN stored AS t ON t.stored = s.person
CROSS JOIN aid_year AS y
ANTI JOIN left_out AS l ON l.batch = s.batch AND l.line = s.line
WHERE s.counts AND s.setl_time >= y.first AND s.setl_time < y.past
GROUP BY t.person
