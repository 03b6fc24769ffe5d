-- HMAC-SHA256 (RFC 2104) of every text this load has not met yet: one computation a distinct value, not a row.
-- The same construction as access/hashing.py; the first 120 bits, which DECIMAL(38,0) holds.
-- in: looked_up, hash_pads(inner_pad, outer_pad); out: kind, text, key
WITH missing AS (
    SELECT DISTINCT 'certno' AS kind, certno AS text FROM looked_up WHERE certno IS NOT NULL AND certno_key IS NULL
    UNION ALL
    SELECT DISTINCT 'psn_no', psn_no FROM looked_up WHERE psn_no IS NOT NULL AND psn_no_key IS NULL
    UNION ALL
    SELECT DISTINCT 'name', psn_name FROM looked_up WHERE psn_name IS NOT NULL AND name_key IS NULL
    UNION ALL
    SELECT DISTINCT 'household', household FROM looked_up WHERE household IS NOT NULL AND household_key IS NULL
    UNION ALL
    SELECT DISTINCT 'contact', contact FROM looked_up WHERE contact IS NOT NULL AND contact_key IS NULL
)
SELECT
    m.kind,
    m.text,
    ('0x' || left(sha256(p.outer_pad || unhex(sha256(p.inner_pad || encode(m.kind || ':' || m.text)))), 30))::HUGEINT::DECIMAL(38, 0) AS key
FROM missing AS m
CROSS JOIN hash_pads AS p
