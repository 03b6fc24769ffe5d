-- Combinations of number and name this chunk shows for the first time. in: cleaned, accepted_lines, value_keys,
-- sightings(person, psn, name); out: keys to be stored open beside the texts to be sealed
SELECT person, psn, name, any_value(certno) AS certno, any_value(psn_no) AS psn_no, any_value(psn_name) AS psn_name, max(line)::INTEGER AS line
FROM (
    SELECT k.key AS person, p.key AS psn, n.key AS name, c.certno, c.psn_no, c.psn_name, c.line
    FROM cleaned AS c
    SEMI JOIN accepted_lines AS a ON a.line = c.line
    LEFT JOIN value_keys AS k ON k.kind = 'certno' AND k.text = c.certno
    LEFT JOIN value_keys AS p ON p.kind = 'psn_no' AND p.text = c.psn_no
    LEFT JOIN value_keys AS n ON n.kind = 'name' AND n.text = c.psn_name
) AS shown
WHERE NOT EXISTS (
    SELECT 1 FROM sightings AS s
    WHERE s.person IS NOT DISTINCT FROM shown.person
        AND s.psn IS NOT DISTINCT FROM shown.psn
        AND s.name IS NOT DISTINCT FROM shown.name
)
GROUP BY person, psn, name
