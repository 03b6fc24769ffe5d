-- The values of a cleaned chunk that need a key.
SELECT 'certno' AS kind, certno AS text FROM cleaned WHERE len(reasons) = 0
UNION ALL SELECT 'psn_no', psn_no FROM cleaned WHERE len(reasons) = 0
UNION ALL SELECT 'name', psn_name FROM cleaned WHERE len(reasons) = 0
UNION ALL SELECT 'household', resdbook_no FROM cleaned WHERE len(reasons) = 0
UNION ALL SELECT 'contact', concat_ws('|', village, address, tel) FROM cleaned WHERE len(reasons) = 0
