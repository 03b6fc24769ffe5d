-- The key that stands for each group: a number the register has now, before others; a number before a psn_no; one whose check
-- character is right; then the one first shown latest, which later loads do not change.
-- in: groups(stored, head), shared, told, unsound(stored); out: stored, person, for every key of a group
WITH keys AS (
    SELECT g.stored, g.head, coalesce(bool_or(s.numbered), true) AS numbered, coalesce(min(s.first), 0) AS first
    FROM groups AS g
    LEFT JOIN shared AS s ON s.stored = g.stored
    GROUP BY g.stored, g.head
)
SELECT
    k.stored,
    first_value(k.stored) OVER (
        PARTITION BY k.head
        ORDER BY r.person IS NOT NULL DESC, k.numbered DESC, u.stored IS NULL DESC, k.first DESC, k.stored
    ) AS person
FROM keys AS k
LEFT JOIN (SELECT DISTINCT person FROM told) AS r ON r.person = k.stored
LEFT JOIN unsound AS u ON u.stored = k.stored
