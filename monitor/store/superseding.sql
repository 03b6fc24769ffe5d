-- The pairs of versions a load adds. in: verdicts; out: batch, line, by_batch, by_line
SELECT
    (before >> 40)::INTEGER AS batch, (before & ((1::BIGINT << 40) - 1))::INTEGER AS line,
    (ref >> 40)::INTEGER AS by_batch, line AS by_line
FROM verdicts
WHERE before IS NOT NULL
