-- HMAC-SHA256 (RFC 2104) of a text, the same construction as access/hashing.py; the first 120 bits, which
-- DECIMAL(38,0) holds. inner_pad, outer_pad: the two key blocks, a BLOB each.
CREATE OR REPLACE TEMP MACRO key_of(kind, text, inner_pad, outer_pad) AS
    CASE WHEN text IS NOT NULL THEN
        ('0x' || left(sha256(outer_pad || unhex(sha256(inner_pad || encode(kind || ':' || text)))), 30))::HUGEINT::DECIMAL(38, 0)
    END;

-- A combination of number, psn_no and name in two hashes, 128 bits, so that chance does not take one for another. Never stored.
CREATE OR REPLACE TEMP MACRO once_of(certno, psn_no, psn_name) AS hash(certno, psn_no, psn_name);

CREATE OR REPLACE TEMP MACRO again_of(certno, psn_no, psn_name) AS
    hash(concat_ws('|', coalesce(psn_name, ''), coalesce(psn_no, ''), certno));
