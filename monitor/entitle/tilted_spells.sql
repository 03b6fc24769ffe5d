-- The days somebody has the better terms of critical-illness insurance: those of an identity of the tilt's categories, overlapping
-- ones joined, so that a day is never twice. in: identity_spells, tilted_categories(category); out: person, first, past (exclusive)
WITH held AS (
    SELECT s.person, s.first, s.past FROM identity_spells AS s SEMI JOIN tilted_categories AS c ON c.category = s.category
),
reached AS (
    SELECT
        *, max(past) OVER (PARTITION BY person ORDER BY first, past ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS until
    FROM held
),
numbered AS (
    SELECT
        *, sum(CASE WHEN until IS NULL OR first > until THEN 1 ELSE 0 END) OVER (PARTITION BY person ORDER BY first, past) AS stretch
    FROM reached
)
SELECT person, min(first) AS first, max(past) AS past FROM numbered GROUP BY person, stretch
