-- Identity rows whose person no register and no settlement has shown. in: facts (identities), outdated_facts, shown
-- (sightings of people and settlements); out: batch, line, town, category
SELECT f.batch, f.line, coalesce(f.town, '') AS town, f.category
FROM facts AS f
ANTI JOIN outdated_facts AS o ON o.batch = f.batch AND o.line = f.line
ANTI JOIN shown AS s ON s.person = f.person
ORDER BY town, f.batch, f.line
