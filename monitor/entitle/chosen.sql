-- 就高不重复: of a person's categories the one that gives most, ties by the vocabulary's order; one that cannot be computed
-- only where none can. `lacking` says why another of theirs cannot be. in: category_aids; out: person, category, given
WITH ordered AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY person ORDER BY CASE WHEN missing = '' THEN 0 ELSE 1 END, coalesce(given, 0) DESC, position
        ) AS choice,
        max(missing) OVER (PARTITION BY person) AS lacking
    FROM category_aids
)
SELECT person, category, position, missing, given, CASE WHEN missing = '' THEN lacking ELSE '' END AS lacking
FROM ordered
WHERE choice = 1
