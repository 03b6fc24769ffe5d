-- Originals and the reversals that name them, as pairs of rows, where at least one of the two is in this load.
-- `whole`: the reversal gives back all the person bore, or, where it says nothing of that, all the care cost, or says no amount
-- at all. Everything else is a part, and the rest of the original counts (assess/netted.sql).
-- in: reversals, settlements (the files that may hold the originals), outdated(batch, line), this_load
-- out: batch, line, by_batch, by_line, whole, and what a run takes off its sums; given (of both, for the flags)
WITH paired AS (
    SELECT
        s.batch, s.line, r.batch AS by_batch, r.line AS by_line, s.setl_time, s.person, s.counts, s.psn_part_amt, s.maf_pay,
        s.fulamt_ownpay_amt + s.overlmt_selfpay + s.preselfpay_amt AS outside_policy,
        CAST(s.psn_part_amt + coalesce(s.maf_pay, 0) AS DECIMAL(18, 2)) AS burden,
        CAST(coalesce(s.medfee_sumamt, 0) AS DECIMAL(18, 2)) AS total,
        r.burden AS by_burden, r.total AS by_total, r.funds AS by_funds
    FROM settlements AS s
    JOIN reversals AS r ON r.init_setl_id = s.setl_id AND r.insu_admdvs IS NOT DISTINCT FROM s.insu_admdvs
    ANTI JOIN outdated AS o ON o.batch = s.batch AND o.line = s.line
    CROSS JOIN this_load AS t
    WHERE s.batch = t.batch OR r.batch = t.batch
)
SELECT
    batch, line, by_batch, by_line, setl_time, person, counts, psn_part_amt, maf_pay, outside_policy, burden, by_burden,
    abs(by_burden) >= abs(burden)
        OR (by_burden = 0 AND (CASE WHEN total = 0 THEN by_total = 0 AND by_funds = 0 ELSE abs(by_total) >= abs(total) END))
        OR (by_burden = 0 AND by_total = 0 AND by_funds = 0) AS whole
FROM paired
