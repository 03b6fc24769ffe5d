-- in: new_sightings, this_load
SELECT s.person, s.psn, s.name, s.certno, s.psn_no, s.psn_name, s.line, b.batch
FROM new_sightings AS s CROSS JOIN this_load AS b
ORDER BY s.line, s.person, s.psn, s.name
