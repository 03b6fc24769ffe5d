-- Rows that do not count although they look as if they did: superseded by a later version, or refunded by a reversal
-- that is itself current. in: outdated, refunded; out: batch, line, why
SELECT batch, line, 'superseded' AS why FROM outdated
UNION ALL
SELECT r.batch, r.line, 'refunded' AS why
FROM (SELECT DISTINCT r.batch, r.line, r.by_batch, r.by_line FROM refunded AS r) AS r
LEFT JOIN outdated AS reversal ON reversal.batch = r.by_batch AND reversal.line = r.by_line
LEFT JOIN outdated AS original ON original.batch = r.batch AND original.line = r.line
WHERE reversal.batch IS NULL AND original.batch IS NULL
GROUP BY r.batch, r.line
