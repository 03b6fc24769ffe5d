-- Scheme and region of a candidate's latest counted settlement, for what the register does not say.
-- in: candidates, registered, near_settlements, left_out, period, numbers_resolved; out: person, insutype, insu_admdvs
WITH lacking AS (
    SELECT c.person
    FROM candidates AS c
    LEFT JOIN registered AS r ON r.person = c.person
    WHERE r.insutype IS NULL OR r.insu_admdvs IS NULL
),
wanted AS (
    SELECT person AS stored, person FROM lacking
    UNION ALL
    SELECT n.stored, n.person FROM numbers_resolved AS n SEMI JOIN lacking AS l ON l.person = n.person
)
SELECT
    w.person,
    arg_max(s.insutype, (s.setl_time, s.setl_id)) AS insutype,
    arg_max(s.insu_admdvs, (s.setl_time, s.setl_id)) AS insu_admdvs
FROM near_settlements AS s
JOIN wanted AS w ON w.stored = s.person
CROSS JOIN period AS p
ANTI JOIN left_out AS l ON l.batch = s.batch AND l.line = s.line
WHERE s.counts AND s.setl_time >= p.first AND s.setl_time < p.past
GROUP BY w.person
