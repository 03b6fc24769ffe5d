-- The settlements of people registered in the townships somebody may see. in: settlements_all, placed_register, numbers_resolved,
-- seen_towns(town); out: settlements' columns
WITH placed AS (
    SELECT person, arg_max(town, place) AS town FROM placed_register GROUP BY person
)
SELECT s.*
FROM settlements_all AS s
LEFT JOIN numbers_resolved AS n ON n.stored = s.person
JOIN placed AS p ON p.person = coalesce(n.person, s.person)
JOIN seen_towns AS t ON t.town = p.town
