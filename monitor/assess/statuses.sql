-- Every category a candidate has; 'ordinary' where no named one is in force.
-- in: known_people, in_force, ordinary(position); out: person, category, position
SELECT k.person, f.category, f.position
FROM known_people AS k
JOIN in_force AS f ON f.person = k.person
UNION ALL
SELECT k.person, 'ordinary' AS category, o.position
FROM known_people AS k
ANTI JOIN in_force AS f ON f.person = k.person
CROSS JOIN ordinary AS o
