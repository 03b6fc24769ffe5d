-- Originals and the reversals that name them, as pairs of rows, where at least one of the two is in this load.
-- in: reversals, settlements (the files that may hold the originals), outdated(batch, line), this_load
-- out: batch, line, by_batch, by_line, and what a run takes off its sums
SELECT
    s.batch, s.line, r.batch AS by_batch, r.line AS by_line,
    s.setl_time, s.person, s.counts, s.psn_part_amt, s.maf_pay,
    s.fulamt_ownpay_amt + s.overlmt_selfpay + s.preselfpay_amt AS outside_policy
FROM settlements AS s
JOIN reversals AS r ON r.init_setl_id = s.setl_id AND r.insu_admdvs IS NOT DISTINCT FROM s.insu_admdvs
ANTI JOIN outdated AS o ON o.batch = s.batch AND o.line = s.line
CROSS JOIN this_load AS t
WHERE s.batch = t.batch OR r.batch = t.batch
