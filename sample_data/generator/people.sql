-- The register. A person with two numbers has two rows, 0.3 % are not in it, and a few rows are destroyed or repeated.
CREATE TEMP VIEW everybody AS SELECT range AS i FROM range(0, getvariable('people'));

CREATE TEMP VIEW register_rows AS
SELECT i, 1 AS number_of FROM everybody
UNION ALL SELECT i, 2 FROM everybody WHERE has_two_numbers(i)
UNION ALL SELECT i, 3 FROM everybody WHERE draw(30, i, 5000) = 0
UNION ALL SELECT i, 4 FROM everybody WHERE draw(31, i, 5000) = 0;

CREATE TEMP VIEW people_rows AS
SELECT
    -- 3 repeats row 1 as it is; 4 is a row whose number a spreadsheet destroyed.
    CASE number_of WHEN 2 THEN '99B' WHEN 4 THEN '99X' ELSE '99A' END || lpad(i::VARCHAR, 9, '0') AS psn_no,
    psn_name,
    CASE WHEN number_of = 4 THEN '9.90E+17' ELSE certno END AS certno,
    '01' AS psn_cert_type,
    gend,
    birth::VARCHAR AS brdy,
    insutype,
    '1' AS psn_insu_stas,
    insu_admdvs,
    '样例' || pick(['东', '西', '南', '北', '中', '新', '上', '下'], 32, i) || pick(['镇', '街道', '乡'], 33, i) AS town,
    '样例' || (1 + draw(34, i, 40))::VARCHAR || '村' AS village,
    '样例路' || (1 + draw(35, i, 999))::VARCHAR || '号' AS address,
    '000' || lpad(i::VARCHAR, 8, '0') AS tel,
    '99H' || lpad((i // 3)::VARCHAR, 8, '0') AS resdbook_no,
    CASE WHEN deceased THEN '2' ELSE '1' END AS surv_stas
FROM described('register_rows')
WHERE registered
ORDER BY i, number_of;
