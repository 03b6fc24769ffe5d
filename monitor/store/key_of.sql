-- HMAC-SHA256 (RFC 2104) of a text, the same construction as access/hashing.py; the first 120 bits, which
-- DECIMAL(38,0) holds. inner_pad, outer_pad: the two key blocks, a BLOB each.
CREATE OR REPLACE TEMP MACRO key_of(kind, text, inner_pad, outer_pad) AS
    CASE WHEN text IS NOT NULL THEN
        ('0x' || left(sha256(outer_pad || unhex(sha256(inner_pad || encode(kind || ':' || text)))), 30))::HUGEINT::DECIMAL(38, 0)
    END;
