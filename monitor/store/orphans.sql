-- Flagged refund halves of this load whose other half never came (so far). in: parts (of this load), outdated, refunds
SELECT s.batch, s.line, CASE WHEN s.init_setl_id IS NULL THEN 'orphan_original' ELSE 'orphan_reversal' END AS flag
FROM parts AS s
ANTI JOIN outdated AS o ON o.batch = s.batch AND o.line = s.line
ANTI JOIN (
    SELECT batch, line FROM refunds UNION ALL SELECT by_batch, by_line FROM refunds
) AS matched ON matched.batch = s.batch AND matched.line = s.line
WHERE s.refd_setl_flag = '1' AND coalesce(s.vali_flag, '1') <> '0'
