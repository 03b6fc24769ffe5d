-- The pairs of refunds of which something may be left over: both rows were kept whole by the load that found it. Of two
-- reversals of one original at the same second, of the same amounts, the second is the first, exported again; with days alone
-- two parts of one amount may well have been given back on one day.
-- in: refund_pairs, refund_rows; out: batch, line, by_batch, by_line
WITH kept AS (
    SELECT DISTINCT ON (batch, line) batch, line, setl_time, psn_part_amt, maf_pay, medfee_sumamt FROM refund_rows
)
SELECT p.batch, p.line, p.by_batch, p.by_line
FROM refund_pairs AS p
JOIN kept AS r ON r.batch = p.by_batch AND r.line = p.by_line
SEMI JOIN kept AS o ON o.batch = p.batch AND o.line = p.line
QUALIFY CAST(r.setl_time AS TIME) = TIME '00:00:00' OR row_number() OVER (
    PARTITION BY p.batch, p.line, r.setl_time, r.psn_part_amt, r.maf_pay, r.medfee_sumamt ORDER BY p.by_batch, p.by_line
) = 1
