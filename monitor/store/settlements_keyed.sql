-- What the loader decides by: keys, h (hash of the row's key), digest (hash of its content). in: filled
SELECT
    ref, line,
    -- Who it belongs to: by certno, else by psn_no (resolved through the register when assessing).
    coalesce(certno_key, psn) AS person,
    certno_key IS NULL AS by_psn_no,
    psn, name,
    own AS h,
    hash(content, coalesce(certno_key, psn), psn, name) AS digest
FROM filled
