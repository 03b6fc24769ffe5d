-- Those combinations shown for the first time, with the texts to be sealed. Only what is new is looked up by its key.
-- in: shown_keys(person, psn, name, line), sightings (all before), value_keys(kind, text, key)
WITH fresh AS (
    SELECT k.*
    FROM shown_keys AS k
    ANTI JOIN sightings AS s
        ON s.person IS NOT DISTINCT FROM k.person
        AND s.psn IS NOT DISTINCT FROM k.psn
        AND s.name IS NOT DISTINCT FROM k.name
),
texts AS (
    SELECT v.kind, v.key, v.text
    FROM value_keys AS v
    SEMI JOIN (
        SELECT person AS key FROM fresh UNION SELECT psn FROM fresh UNION SELECT name FROM fresh
    ) AS wanted ON wanted.key = v.key
)
SELECT f.person, f.psn, f.name, c.text AS certno, p.text AS psn_no, n.text AS psn_name, f.line
FROM fresh AS f
LEFT JOIN texts AS c ON c.key = f.person AND c.kind = 'certno'
LEFT JOIN texts AS p ON p.key = f.psn AND p.kind = 'psn_no'
LEFT JOIN texts AS n ON n.key = f.name AND n.kind = 'name'
