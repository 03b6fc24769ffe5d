-- Identities of a list's departments and categories that have no end and are not on it: for review, nothing is ended.
-- in: facts (identities), outdated_facts, roster(batch), repeated(batch, line: by the roster); out: batch, line, town, category
WITH current_rows AS (
    SELECT f.* FROM facts AS f ANTI JOIN outdated_facts AS o ON o.batch = f.batch AND o.line = f.line
),
listed AS (
    SELECT f.* FROM facts AS f SEMI JOIN roster AS r ON r.batch = f.batch
    UNION ALL
    SELECT f.* FROM facts AS f SEMI JOIN repeated AS a ON a.batch = f.batch AND a.line = f.line
)
SELECT c.batch, c.line, coalesce(c.town, '') AS town, c.category
FROM current_rows AS c
ANTI JOIN listed AS l ON l.person = c.person AND l.category = c.category
SEMI JOIN listed AS k ON k.category = c.category AND k.department IS NOT DISTINCT FROM c.department
WHERE c.ended IS NULL
ORDER BY town, c.batch, c.line
