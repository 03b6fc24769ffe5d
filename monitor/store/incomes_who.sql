-- Who the rows of a chunk are about and which they are, good rows or not. in: cleaned
-- out: line; the five kinds of text that become keys (null where the table has none); once and again: two hashes of number,
-- psn_no and name, 128 bits, so that chance does not take one for another; own: hash of what else the row's key is made of;
-- whose: whether the person belongs to the key
SELECT
    line, NULL::VARCHAR AS certno, NULL::VARCHAR AS psn_no, NULL::VARCHAR AS psn_name, NULL::VARCHAR AS household,
    NULL::VARCHAR AS contact,
    NULL::UBIGINT AS once,
    NULL::UBIGINT AS again,
    -- columns: own
    hash(region, residents, year) AS own,
    -- columns end
    false AS whose
FROM cleaned
