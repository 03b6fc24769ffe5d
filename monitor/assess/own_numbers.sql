-- The stored keys that stand under one person's, with how they came there and the place that first showed each.
-- in: wanted(person), numbers_resolved, joined, registered_numbers, sole_numbers, links, shown_numbers
-- out: stored, grouped (joined as a number), by (register, sole, through), place (batch × 2^32 + line)
WITH theirs AS (
    SELECT n.stored FROM numbers_resolved AS n SEMI JOIN wanted AS w ON w.person = n.person
),
shown AS (
    SELECT coalesce(s.person, s.psn) AS stored, min((s.batch::BIGINT << 32) + s.line) AS place
    FROM shown_numbers AS s
    SEMI JOIN theirs AS t ON t.stored = coalesce(s.person, s.psn)
    GROUP BY 1
)
SELECT
    t.stored, j.stored IS NOT NULL AS grouped,
    CASE
        WHEN r.stored IS NOT NULL OR l.stored IS NOT NULL THEN 'register'
        WHEN o.stored IS NOT NULL THEN 'sole'
        ELSE 'through'
    END AS by,
    s.place
FROM theirs AS t
LEFT JOIN joined AS j ON j.stored = t.stored
LEFT JOIN (SELECT stored FROM registered_numbers ANTI JOIN joined USING (stored)) AS r ON r.stored = t.stored
LEFT JOIN (
    SELECT one AS stored FROM links WHERE NOT decided UNION SELECT other FROM links WHERE NOT decided
) AS l ON l.stored = t.stored
LEFT JOIN sole_numbers AS o ON o.stored = t.stored
LEFT JOIN shown AS s ON s.stored = t.stored
ORDER BY s.place
