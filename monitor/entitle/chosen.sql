-- 就高不重复: of a person's combinations the one that gives most, ties by the vocabulary's order of categories, stretch by
-- stretch. What is not known lowers nothing: floors are compared, and `lacking` says what could raise the result.
-- in: aids, stretches, windows, schedules(entry, missing); out: person, combination, given, lacking
WITH sums AS (
    SELECT person, combination, sum(aid) + sum(tilt) AS given, max(missing) AS missing
    FROM aids
    WHERE combination > 0
    GROUP BY person, combination
),
ordered AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY person ORDER BY given DESC, combination) AS choice,
        max(missing) OVER (PARTITION BY person) AS any_missing
    FROM sums
),
uncomputable AS (
    SELECT d.person, max(s.missing) AS missing
    FROM (SELECT DISTINCT person, category FROM stretches) AS d
    JOIN windows AS w ON w.person = d.person AND w.category = d.category
    JOIN schedules AS s ON s.entry = w.entry
    WHERE s.missing <> ''
    GROUP BY d.person
)
SELECT
    o.person, o.combination, o.given, o.missing,
    CASE WHEN o.missing <> '' THEN o.missing WHEN o.any_missing <> '' THEN o.any_missing ELSE coalesce(u.missing, '') END AS lacking
FROM ordered AS o
LEFT JOIN uncomputable AS u ON u.person = o.person
WHERE o.choice = 1
