-- Who the rows of a chunk are about and which they are, good rows or not. in: cleaned
-- out: line; the five kinds of text that become keys (null where the table has none); once and again: two hashes of number,
-- psn_no and name, 128 bits, so that chance does not take one for another; own: hash of what else the row's key is made of;
-- whose: whether the person belongs to the key
SELECT
    line, certno, NULL::VARCHAR AS psn_no, psn_name, household, NULL::VARCHAR AS contact,
    hash(certno, psn_name) AS once,
    hash(concat_ws('|', coalesce(psn_name, ''), certno)) AS again,
    -- columns: own
    hash(income_year) AS own,
    -- columns end
    true AS whose
FROM cleaned
