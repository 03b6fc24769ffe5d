-- Those combinations shown for the first time, with the texts to be sealed. Only what is new is looked up by its key.
-- in: shown_keys(person, psn, name, line), sightings (all before), certno_keys, psn_no_keys, name_keys (text, key)
WITH fresh AS (
    SELECT k.*
    FROM shown_keys AS k
    ANTI JOIN sightings AS s
        ON s.person IS NOT DISTINCT FROM k.person
        AND s.psn IS NOT DISTINCT FROM k.psn
        AND s.name IS NOT DISTINCT FROM k.name
)
SELECT f.person, f.psn, f.name, c.text AS certno, p.text AS psn_no, n.text AS psn_name, f.line
FROM fresh AS f
LEFT JOIN certno_keys AS c ON c.key = f.person
LEFT JOIN psn_no_keys AS p ON p.key = f.psn
LEFT JOIN name_keys AS n ON n.key = f.name
