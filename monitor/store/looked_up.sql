-- The keys this load knows already. in: narrow, certno_keys, psn_no_keys, name_keys, household_keys, contact_keys
SELECT
    n.*, c.key AS certno_key, p.key AS psn_no_key, m.key AS name_key, h.key AS household_key, a.key AS contact_key
FROM narrow AS n
LEFT JOIN certno_keys AS c ON c.text = n.certno
LEFT JOIN psn_no_keys AS p ON p.text = n.psn_no
LEFT JOIN name_keys AS m ON m.text = n.psn_name
LEFT JOIN household_keys AS h ON h.text = n.household
LEFT JOIN contact_keys AS a ON a.text = n.contact
