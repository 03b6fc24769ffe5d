-- Combinations an earlier load has shown, in the hashes by which rows ask for them. in: shown (texts and keys, unsealed)
SELECT
    once_of(certno, psn_no, psn_name) AS once,
    again_of(certno, psn_no, psn_name) AS again,
    person, psn, name
FROM shown
