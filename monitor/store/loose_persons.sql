-- The stored keys under which originals of loose reversals may lie. in: loose_reversals; out: key, once each
SELECT person AS key FROM loose_reversals
UNION
SELECT psn FROM loose_reversals WHERE psn IS NOT NULL
