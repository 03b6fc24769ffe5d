-- The register's personal columns, to be sealed. in: cleaned, this_load
SELECT b.batch, c.line::INTEGER AS line, c.certno, c.psn_no, c.psn_name, c.brdy, c.village, c.address, c.tel, c.resdbook_no
FROM cleaned AS c
CROSS JOIN this_load AS b
WHERE len(c.reasons) = 0
ORDER BY c.line
