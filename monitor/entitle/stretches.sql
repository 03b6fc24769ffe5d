-- The stretches of days with the same categories, of people with schedules: whose aid a bill of that day can get. Days before
-- the year that an earlier year has counted are nobody's (with `difference`, only where it was under the same category or one
-- before it in order: a later, better recognition gives the difference; with `untouched`, what another identity held on the
-- day aids is not reached by a look-back within the year either).
-- in: spans, hoped, earlier, windows, category_terms(category, position), aid_terms(reaching), aid_year(first)
-- out: person, stretch (1, 2, … in order), first, past (exclusive), category, position, begin: one row a stretch and category
WITH every AS (
    SELECT
        s.person, s.category, t.position, s.begin, s.first,
        least(s.past, coalesce(w.past, s.past)) AS past
    FROM (SELECT * FROM spans UNION ALL SELECT * FROM hoped) AS s
    JOIN (SELECT person, category, max(past) AS past FROM windows GROUP BY person, category) AS w
        ON w.person = s.person AND w.category = s.category
    JOIN category_terms AS t ON t.category = s.category
    WHERE s.first < coalesce(w.past, s.past)
),
-- Most people have one category, since before the year or a day of it: their one stretch.
plain AS (
    SELECT e.person
    FROM every AS e
    CROSS JOIN aid_year AS y
    GROUP BY e.person
    HAVING count(*) = 1 AND min(e.first) >= min(y.first)
),
theirs AS (
    SELECT e.* FROM every AS e ANTI JOIN plain AS p ON p.person = e.person
),
people AS (
    SELECT DISTINCT person FROM theirs
),
edges AS (
    SELECT person, first AS day FROM theirs
    UNION
    SELECT person, past FROM theirs
    UNION
    SELECT person, begin FROM theirs
    UNION
    SELECT p.person, e.first FROM people AS p JOIN earlier AS e ON e.person = greatest(p.person, -1 - p.person)
    UNION
    SELECT p.person, e.past FROM people AS p JOIN earlier AS e ON e.person = greatest(p.person, -1 - p.person)
    UNION
    SELECT t.person, y.first FROM theirs AS t CROSS JOIN aid_year AS y WHERE t.first < y.first
),
pieces AS (
    SELECT person, day AS first, lead(day) OVER (PARTITION BY person ORDER BY day) AS past FROM edges
),
covered AS (
    SELECT p.person, p.first, p.past, t.category, t.position, min(t.begin) AS begin, min(t.begin) <= p.first AS held
    FROM pieces AS p
    JOIN theirs AS t ON t.person = p.person AND t.first <= p.first AND t.past >= p.past
    GROUP BY p.person, p.first, p.past, t.category, t.position
),
barred AS (
    SELECT DISTINCT c.person, c.first, c.category
    FROM covered AS c
    JOIN earlier AS e ON e.person = greatest(c.person, -1 - c.person) AND e.first <= c.first AND e.past >= c.past
    CROSS JOIN aid_terms AS a
    WHERE a.reaching <> 'difference' OR e.position <= c.position
    UNION
    SELECT c.person, c.first, c.category
    FROM covered AS c
    JOIN covered AS o ON o.person = c.person AND o.first = c.first AND o.category <> c.category AND o.held
    CROSS JOIN aid_terms AS a
    WHERE a.reaching = 'untouched' AND NOT c.held
),
sets AS (
    SELECT
        c.person, c.first, c.past, list(c.category ORDER BY c.position) AS categories
    FROM covered AS c
    ANTI JOIN barred AS b ON b.person = c.person AND b.first = c.first AND b.category = c.category
    GROUP BY c.person, c.first, c.past
),
marked AS (
    SELECT
        *,
        CASE
            WHEN past_before = first AND categories_before = categories THEN 0
            ELSE 1
        END AS begins
    FROM (
        SELECT
            *,
            lag(past) OVER (PARTITION BY person ORDER BY first) AS past_before,
            lag(categories) OVER (PARTITION BY person ORDER BY first) AS categories_before
        FROM sets
    )
),
numbered AS (
    SELECT *, CAST(sum(begins) OVER (PARTITION BY person ORDER BY first ROWS UNBOUNDED PRECEDING) AS INTEGER) AS stretch FROM marked
),
merged AS (
    SELECT person, stretch, min(first) AS first, max(past) AS past, any_value(categories) AS categories
    FROM numbered
    GROUP BY person, stretch
)
SELECT m.person, m.stretch, m.first, m.past, t.category, t.position, min(t.begin) AS begin
FROM merged AS m
JOIN theirs AS t ON t.person = m.person AND list_contains(m.categories, t.category) AND t.first < m.past AND t.past > m.first
GROUP BY m.person, m.stretch, m.first, m.past, t.category, t.position
UNION ALL
SELECT e.person, 1, e.first, e.past, e.category, e.position, e.begin
FROM every AS e
SEMI JOIN plain AS p ON p.person = e.person
