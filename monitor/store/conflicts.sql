-- Numbers with two names and psn_no on two numbers, where this load shows the second. A review list, not an error.
-- in: sightings(person, psn, name: of earlier loads), shown_now(person, psn, name, batch, line)
WITH every AS (
    SELECT s.person, s.psn, s.name FROM sightings AS s SEMI JOIN shown_now AS n ON n.person = s.person
    UNION ALL
    SELECT s.person, s.psn, s.name FROM sightings AS s SEMI JOIN shown_now AS n ON n.psn = s.psn
    UNION ALL
    SELECT person, psn, name FROM shown_now
),
two_names AS (
    SELECT person FROM every WHERE person IS NOT NULL AND name IS NOT NULL GROUP BY person HAVING count(DISTINCT name) > 1
),
two_numbers AS (
    SELECT psn FROM every WHERE psn IS NOT NULL AND person IS NOT NULL GROUP BY psn HAVING count(DISTINCT person) > 1
)
SELECT s.batch, s.line, 'two_names_one_number' AS flag FROM shown_now AS s SEMI JOIN two_names AS t ON t.person = s.person
UNION ALL
SELECT s.batch, s.line, 'one_psn_no_two_numbers' FROM shown_now AS s SEMI JOIN two_numbers AS t ON t.psn = s.psn
