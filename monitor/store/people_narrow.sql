-- The texts of a cleaned chunk that become keys, and one number for everything else: what comes after carries little.
-- in: cleaned; out: line, the five kinds of text (null where the table has none), own (hash of the row's own key where
-- it is none of them), content (hash of the rest). hash() is never stored: its values may change with DuckDB's version.
SELECT
    line, certno, psn_no, psn_name, resdbook_no AS household, concat_ws('|', village, address, tel) AS contact,
    0::UBIGINT AS own,
    hash(insutype, insured, insu_admdvs, town, deceased, gend) AS content
FROM cleaned
WHERE len(reasons) = 0
