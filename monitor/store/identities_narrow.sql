-- The texts of a cleaned chunk that become keys, and one number for everything else: what comes after carries little.
-- in: cleaned; out: line, the five kinds of text (null where the table has none), own (hash of the row's own key where
-- it is none of them), content (hash of the rest). hash() is never stored: its values may change with DuckDB's version.
SELECT
    line, certno, NULL::VARCHAR AS psn_no, psn_name, household, NULL::VARCHAR AS contact,
    hash(category, begin) AS own,
    hash(ended, department, coalesce(risk_eliminated, false), town, coalesce(died, false)) AS content
FROM cleaned
WHERE len(reasons) = 0
