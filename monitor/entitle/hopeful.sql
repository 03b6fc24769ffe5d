-- Whose sum could be more if we knew something: the bills of their doubles (hoped.sql), which are the same; what is not known is as good as
-- it can be in own_aids.sql. A standard of theirs cannot be computed; nobody told us of serious illnesses and their bills are over the
-- ordinary cap; they had care as a child and nobody told us of the diseases, or which ratio they raise. Whoever has a double by an
-- application nobody told us of has one already. in: stretch_sums, schedules, perhaps_children, children, inputs_lacking
-- out: stretch_sums' columns
WITH over_the_cap AS (
    SELECT d.person
    FROM stretch_sums AS d
    JOIN schedules AS s ON s.entry = d.entry AND s.cap_serious IS NOT NULL
    CROSS JOIN inputs_lacking AS n
    WHERE n.serious_illness <> ''
    GROUP BY d.person
    HAVING sum(d.counted) > min(s.cap)
),
hopeful AS (
    SELECT d.person FROM stretch_sums AS d JOIN schedules AS s ON s.entry = d.entry WHERE s.missing <> ''
    UNION
    SELECT person FROM over_the_cap
    UNION
    SELECT person FROM perhaps_children
    UNION
    SELECT c.person FROM children AS c JOIN schedules AS s ON s.schedule = c.schedule AND s.extra_points_missing <> ''
)
SELECT s.* REPLACE (-1 - s.person AS person)
FROM stretch_sums AS s
SEMI JOIN hopeful AS h ON h.person = s.person
ANTI JOIN (SELECT person FROM stretch_sums WHERE person < 0) AS o ON o.person = -1 - s.person
WHERE s.person >= 0
