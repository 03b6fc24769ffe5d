-- Reversals that name no original: valid, flagged, without init_setl_id, and negative (a positive flagged row is the original
-- of a refund). in: flagged_rows, outdated; out: flagged_rows' columns
SELECT f.*
FROM flagged_rows AS f
ANTI JOIN outdated AS o ON o.batch = f.batch AND o.line = f.line
WHERE f.init_setl_id IS NULL AND CASE WHEN f.burden <> 0 THEN f.burden ELSE f.total END < 0
