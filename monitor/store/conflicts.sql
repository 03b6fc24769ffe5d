-- Numbers with two names and psn_no on two numbers, where this load shows the second. A review list, not an error.
-- in: sightings (all), shown_now(person, psn, name, batch, line)
WITH two_names AS (
    SELECT person FROM sightings WHERE person IS NOT NULL AND name IS NOT NULL GROUP BY person HAVING count(DISTINCT name) > 1
),
two_numbers AS (
    SELECT psn FROM sightings WHERE psn IS NOT NULL AND person IS NOT NULL GROUP BY psn HAVING count(DISTINCT person) > 1
)
SELECT s.batch, s.line, 'two_names_one_number' AS flag FROM shown_now AS s SEMI JOIN two_names AS t ON t.person = s.person
UNION ALL
SELECT s.batch, s.line, 'one_psn_no_two_numbers' FROM shown_now AS s SEMI JOIN two_numbers AS t ON t.psn = s.psn
