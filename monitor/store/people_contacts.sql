-- The register's personal columns, to be sealed. in: cleaned, this_load
SELECT
    b.batch, c.line::INTEGER AS line,
    -- columns: sealed
    c.psn_no, c.psn_name, c.certno, c.brdy, c.village, c.address, c.tel, c.resdbook_no
    -- columns end
FROM cleaned AS c
CROSS JOIN this_load AS b
WHERE len(c.reasons) = 0
ORDER BY c.line
