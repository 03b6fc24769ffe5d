-- Where those with an identity in force belong: by the register, else by their latest settlement in the window.
-- in: in_force, placed_register, settlements, numbers_resolved, period, document_region
-- out: one row: people, inside, elsewhere; whoever is in neither belongs nowhere
WITH people AS (
    SELECT DISTINCT person FROM in_force
),
registered AS (
    SELECT r.person, arg_max(r.insu_admdvs, r.place) AS insu_admdvs
    FROM placed_register AS r
    SEMI JOIN people AS p ON p.person = r.person
    GROUP BY r.person
),
stored AS (
    SELECT person AS stored, person FROM people
    UNION
    SELECT n.stored, n.person FROM numbers_resolved AS n SEMI JOIN people AS p ON p.person = n.person
),
settled AS (
    SELECT t.person, arg_max(s.insu_admdvs, (s.setl_time, s.setl_id)) AS insu_admdvs
    FROM settlements AS s
    JOIN stored AS t ON t.stored = s.person
    CROSS JOIN period AS p
    WHERE s.counts AND s.setl_time >= p.first AND s.setl_time < p.past
    GROUP BY t.person
),
placed AS (
    SELECT coalesce(r.insu_admdvs, s.insu_admdvs, '') AS insu_admdvs
    FROM people AS p
    LEFT JOIN registered AS r ON r.person = p.person
    LEFT JOIN settled AS s ON s.person = p.person
)
SELECT
    count(*) AS people,
    count(*) FILTER (starts_with(insu_admdvs, g.prefix)) AS inside,
    count(*) FILTER (insu_admdvs <> '' AND NOT starts_with(insu_admdvs, g.prefix)) AS elsewhere
FROM placed
CROSS JOIN document_region AS g
