-- Who the rows of a chunk are about and which they are, good rows or not: the same cells as in `cleaned`, of which the engine
-- would prepare some hundred columns for these five. in: raw (scrubbed text)
-- out: line; the five kinds of text that become keys (null where the table has none); once and again: two hashes of number,
-- psn_no and name, 128 bits, so that chance does not take one for another; own: hash of what else the row's key is made of;
-- whose: whether the person belongs to the key
WITH cells AS (
    SELECT
        line,
        certno_of(certno) AS certno_text,
        is_resident_type(psn_cert_type) AS resident,
        psn_cert_type,
        CASE WHEN NOT coalesce(is_destroyed(psn_no), false) THEN unmasked(psn_no) END AS psn_no,
        text_of(psn_name) AS psn_name,
        text_of(setl_id) AS setl_id,
        code_of(insu_admdvs) AS insu_admdvs
    FROM raw
),
-- The digits are looked at only where the number is to be written anew.
judged AS (
    SELECT
        *,
        CASE WHEN strlen(certno_text) = 15 OR strlen(certno_text) = 20 THEN body_of(certno_text, NULL::BIGINT, resident) END
        AS body
    FROM cells
),
numbered AS (
    SELECT *, normal_certno(certno_text, body, psn_cert_type) AS certno FROM judged
)
SELECT
    line, certno, psn_no, psn_name, NULL::VARCHAR AS household, NULL::VARCHAR AS contact,
    once_of(certno, psn_no, psn_name) AS once,
    again_of(certno, psn_no, psn_name) AS again,
    -- columns: own
    hash(setl_id, insu_admdvs) AS own,
    -- columns end
    false AS whose
FROM numbered
