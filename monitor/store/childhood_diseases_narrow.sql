-- The texts of a cleaned chunk that become keys, and one number for everything else: what comes after carries little.
-- in: cleaned; out: line, the five kinds of text (null where the table has none), own (hash of the row's own key where
-- it is none of them), content (hash of the rest), once and again (two hashes of who the row is about, 128 bits: texts
-- that differ in one are not told apart by chance). hash() is only ever kept with the mark of who made it.
SELECT
    line, NULL::VARCHAR AS certno, NULL::VARCHAR AS psn_no, NULL::VARCHAR AS psn_name, NULL::VARCHAR AS household,
    NULL::VARCHAR AS contact,
    NULL::UBIGINT AS once, NULL::UBIGINT AS again,
    hash(dise_codg, CASE WHEN dise_codg IS NULL THEN dise_name END) AS own,
    hash(dise_name, listed) AS content
FROM cleaned
WHERE len(reasons) = 0
