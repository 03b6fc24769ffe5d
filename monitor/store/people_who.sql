-- Who the rows of a chunk are about and which they are, good rows or not. in: cleaned
-- out: line; the five kinds of text that become keys (null where the table has none); once and again: two hashes of number,
-- psn_no and name, 128 bits, so that chance does not take one for another; own: hash of what else the row's key is made of;
-- whose: whether the person belongs to the key
-- by hand: key
SELECT
    line, certno, psn_no, psn_name, resdbook_no AS household, concat_ws('|', village, address, tel) AS contact,
    once_of(certno, psn_no, psn_name) AS once,
    again_of(certno, psn_no, psn_name) AS again,
    0::UBIGINT AS own,
    true AS whose
FROM cleaned
