-- 就高不重复: of a person's combinations, and ways to share a cap, the one that gives most, ties by the vocabulary's order of categories,
-- stretch by stretch. What is not known lowers nothing: what is certain is compared. `lacking`: what nobody told us, where the sum (to the
-- cent) could be more by it: where the best of their double (hoped.sql) gives more. in: aids, inputs_lacking, hoped
-- out: person, combination, ord, lacking
WITH sums AS (
    SELECT person, combination, ord, sum(gained) AS given
    FROM aids
    WHERE combination > 0
    GROUP BY person, combination, ord
),
ordered AS (
    SELECT *, row_number() OVER (PARTITION BY person ORDER BY given DESC, combination, ord) AS choice FROM sums
),
best AS (
    SELECT * FROM ordered WHERE choice = 1
),
reasons AS (
    SELECT
        b.person,
        -- Where only a shared cap could be higher, no row says so by itself.
        coalesce(
            string_agg(DISTINCT nullif(a.missing, ''), '；' ORDER BY nullif(a.missing, '')),
            max(concat_ws('；', nullif(a.held_unset, ''), nullif(a.marks_missing, ''), nullif(a.points_missing, '')))
        ) AS missing
    FROM best AS b
    JOIN aids AS a ON a.person = b.person AND a.combination = b.combination AND a.ord = b.ord
    WHERE b.person < 0
    GROUP BY b.person
),
could AS (
    SELECT b.person, b.given, concat_ws('；', CASE WHEN h.person IS NOT NULL THEN n.applications END, nullif(r.missing, '')) AS missing
    FROM best AS b
    JOIN reasons AS r ON r.person = b.person
    CROSS JOIN inputs_lacking AS n
    LEFT JOIN (SELECT DISTINCT person FROM hoped) AS h ON h.person = b.person
)
SELECT
    b.person, b.combination, b.ord,
    CASE WHEN CAST(c.given AS DECIMAL(18, 2)) > CAST(b.given AS DECIMAL(18, 2)) THEN coalesce(nullif(c.missing, ''), '有的数据或标准还不知道') ELSE ''
    END AS lacking
FROM best AS b
LEFT JOIN could AS c ON c.person = -1 - b.person
WHERE b.person >= 0
