-- Originals and the reversals that name them, both current, with what a run takes off its sums of the original.
-- A pair that does not say whether it is the whole is: an earlier program kept no others.
-- in: refunded, outdated; out: refunded's columns, a pair once
SELECT DISTINCT
    r.batch, r.line, r.by_batch, r.by_line, coalesce(r.whole, true) AS whole, r.setl_time, r.person, r.counts, r.psn_part_amt, r.maf_pay, r.outside_policy
FROM refunded AS r
LEFT JOIN outdated AS reversal ON reversal.batch = r.by_batch AND reversal.line = r.by_line
LEFT JOIN outdated AS original ON original.batch = r.batch AND original.line = r.line
WHERE reversal.batch IS NULL AND original.batch IS NULL
