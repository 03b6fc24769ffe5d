-- The register's personal columns, to be sealed. in: cleaned, accepted, this_load
SELECT b.batch, c.line::INTEGER AS line, c.certno, c.psn_no, c.psn_name, c.brdy, c.village, c.address, c.tel, c.resdbook_no
FROM cleaned AS c
SEMI JOIN accepted AS a ON a.line = c.line
CROSS JOIN this_load AS b
ORDER BY c.line
