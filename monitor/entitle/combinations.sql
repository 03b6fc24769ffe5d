-- Every way to take one category for each stretch, of which the one that gives most in the year wins. Only a stretch with bills
-- is a choice, and only between categories that are not helped by the same schedules; most people have one stretch and one
-- category. Where there would be more than 1,024 ways, stretches with the same categories choose together.
-- What cannot be computed is no choice, save for doubles (hopeful.sql).
-- in: stretch_sums, schedules(entry, missing); out: person, combination, stretch, category
WITH RECURSIVE every AS (
    SELECT
        c.person, c.stretch, c.category, min(c.position) AS position, list(DISTINCT c.schedule ORDER BY c.schedule) AS package,
        sum(c.settlements) > 0 AS has_bills
    FROM stretch_sums AS c
    JOIN schedules AS s ON s.entry = c.entry
    GROUP BY c.person, c.stretch, c.category
    HAVING c.person < 0 OR max(s.missing) = ''
),
plain AS (
    SELECT person FROM every GROUP BY person HAVING count(*) = 1
),
packages AS (
    SELECT e.* FROM every AS e ANTI JOIN plain AS p ON p.person = e.person
),
distinctly AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY person, stretch, package ORDER BY position) AS same,
        bool_or(has_bills) OVER (PARTITION BY person, stretch) AS matters,
        min(position) OVER (PARTITION BY person, stretch) AS first_position
    FROM packages
),
options AS (
    SELECT
        person, stretch, category, position,
        count(*) OVER (PARTITION BY person, stretch) AS ways,
        list(category) OVER (PARTITION BY person, stretch ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS together
    FROM distinctly
    WHERE same = 1 AND (matters OR position = first_position)
),
many AS (
    SELECT person
    FROM (SELECT DISTINCT person, stretch, ways FROM options)
    GROUP BY person
    HAVING product(ways) > 1024
),
units AS (
    SELECT
        o.*,
        CASE WHEN m.person IS NULL THEN o.stretch ELSE min(o.stretch) OVER (PARTITION BY o.person, o.together) END AS unit
    FROM options AS o
    LEFT JOIN many AS m ON m.person = o.person
),
choices AS (
    SELECT DISTINCT
        person, unit, category, position, dense_rank() OVER (PARTITION BY person ORDER BY unit) AS place
    FROM units
    WHERE ways > 1
),
grown AS (
    SELECT person, place, [unit] AS taken, [category] AS categories, [position] AS positions
    FROM choices
    WHERE place = 1
    UNION ALL
    SELECT g.person, c.place, list_append(g.taken, c.unit), list_append(g.categories, c.category), list_append(g.positions, c.position)
    FROM grown AS g
    JOIN choices AS c ON c.person = g.person AND c.place = g.place + 1
),
whole AS (
    SELECT g.person, g.taken, g.categories, row_number() OVER (PARTITION BY g.person ORDER BY g.positions) AS combination
    FROM grown AS g
    JOIN (SELECT person, max(place) AS last FROM choices GROUP BY person) AS n ON n.person = g.person AND n.last = g.place
),
picked AS (
    SELECT person, combination, unnest(taken) AS unit, unnest(categories) AS category FROM whole
)
SELECT u.person, p.combination, u.stretch, u.category
FROM picked AS p
JOIN units AS u ON u.person = p.person AND u.unit = p.unit AND u.category = p.category
UNION ALL
SELECT u.person, coalesce(w.combination, 1) AS combination, u.stretch, u.category
FROM units AS u
LEFT JOIN whole AS w ON w.person = u.person
WHERE u.ways = 1
UNION ALL
SELECT e.person, 1, e.stretch, e.category
FROM every AS e
SEMI JOIN plain AS p ON p.person = e.person
