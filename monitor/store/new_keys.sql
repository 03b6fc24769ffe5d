-- HMAC-SHA256 (RFC 2104) of every text this load has not met yet; one computation a distinct value, not a row.
-- in: wanted(kind, text), hash_pads(inner_pad, outer_pad), value_keys(kind, text, key); out: kind, text, key
-- The same construction as access/hashing.py; the first 120 bits, which DECIMAL(38,0) holds.
SELECT
    w.kind,
    w.text,
    ('0x' || left(sha256(p.outer_pad || unhex(sha256(p.inner_pad || encode(w.kind || ':' || w.text)))), 30))::HUGEINT::DECIMAL(38, 0) AS key
FROM (SELECT DISTINCT kind, text FROM wanted WHERE text IS NOT NULL) AS w
ANTI JOIN value_keys AS known ON known.kind = w.kind AND known.text = w.text
CROSS JOIN hash_pads AS p
