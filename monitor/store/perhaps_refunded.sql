-- Settlements that a loose reversal may be the refund of: the same person (or psn_no), the same amounts with the other sign, not
-- of a later day, where at least one of the two is in this load. Which it is, if it is one, is settled by runs
-- (assess/loose_pairs.sql). in: searched (settlements that may be the originals), loose_reversals, outdated, this_load
-- out: batch, line, by_batch, by_line, flagged (the original is), and what a run takes off its sums
WITH originals AS MATERIALIZED (
    SELECT s.*
    FROM searched AS s
    ANTI JOIN outdated AS o ON o.batch = s.batch AND o.line = s.line
    WHERE coalesce(s.vali_flag, '1') <> '0' AND s.init_setl_id IS NULL
),
found AS (
    SELECT s.batch, s.line, l.batch AS by_batch, l.line AS by_line
    FROM originals AS s JOIN loose_reversals AS l ON l.person = s.person AND s.psn_part_amt = -l.psn_part_amt
    UNION
    SELECT s.batch, s.line, l.batch, l.line
    FROM originals AS s JOIN loose_reversals AS l ON l.psn = s.psn AND s.psn_part_amt = -l.psn_part_amt
)
SELECT
    s.batch, s.line, l.batch AS by_batch, l.line AS by_line, s.refd_setl_flag IS NOT DISTINCT FROM '1' AS flagged, s.setl_id,
    s.setl_time, s.person, s.counts, s.psn_part_amt, s.maf_pay,
    s.fulamt_ownpay_amt + s.overlmt_selfpay + s.preselfpay_amt AS outside_policy
FROM found AS f
JOIN originals AS s ON s.batch = f.batch AND s.line = f.line
JOIN loose_reversals AS l ON l.batch = f.by_batch AND l.line = f.by_line
CROSS JOIN this_load AS t
WHERE (s.batch = t.batch OR l.batch = t.batch)
    AND coalesce(s.maf_pay, 0) = -l.maf_pay
    AND coalesce(s.medfee_sumamt = -l.medfee_sumamt, true)
    AND CASE WHEN l.burden = 0 THEN s.medfee_sumamt = -l.medfee_sumamt ELSE true END
    AND CAST(s.setl_time AS DATE) <= CAST(l.setl_time AS DATE)
