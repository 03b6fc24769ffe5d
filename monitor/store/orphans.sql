-- Flagged refund halves of this load whose other half never came (so far), and those that do not say which it is.
-- in: flagged_rows, this_load, outdated, refunds, loose_reversals, perhaps_refunded; out: batch, line, flag
SELECT
    s.batch, s.line,
    CASE
        WHEN l.batch IS NOT NULL THEN 'reversal_without_original_id'
        WHEN s.init_setl_id IS NULL THEN 'orphan_original'
        ELSE 'orphan_reversal'
    END AS flag
FROM flagged_rows AS s
SEMI JOIN this_load AS t ON t.batch = s.batch
LEFT JOIN loose_reversals AS l ON l.batch = s.batch AND l.line = s.line
ANTI JOIN outdated AS o ON o.batch = s.batch AND o.line = s.line
ANTI JOIN (
    SELECT batch, line FROM refunds
    UNION ALL
    SELECT by_batch, by_line FROM refunds
    UNION ALL
    SELECT batch, line FROM perhaps_refunded
) AS matched ON matched.batch = s.batch AND matched.line = s.line
