-- Superseded rows whose key really is the newer row's key (a hash found them), with what a run takes off its sums.
-- in: settlements (the loads concerned), superseding(batch, line, by_batch, by_line)
WITH wanted AS (
    SELECT batch, line FROM superseding
    UNION
    SELECT by_batch, by_line FROM superseding
),
found AS MATERIALIZED (
    SELECT
        r.batch, r.line, r.setl_id, r.insu_admdvs, r.setl_time, r.person, r.counts, r.psn_part_amt, r.maf_pay,
        r.fulamt_ownpay_amt + r.overlmt_selfpay + r.preselfpay_amt AS outside_policy
    FROM settlements AS r
    SEMI JOIN wanted AS w ON w.batch = r.batch AND w.line = r.line
)
SELECT
    old.batch, old.line, new.batch AS by_batch, new.line AS by_line,
    old.setl_time, old.person, old.counts, old.psn_part_amt, old.maf_pay, old.outside_policy
FROM superseding AS s
JOIN found AS old ON old.batch = s.batch AND old.line = s.line
JOIN found AS new ON new.batch = s.by_batch AND new.line = s.by_line
WHERE old.setl_id = new.setl_id AND old.insu_admdvs IS NOT DISTINCT FROM new.insu_admdvs
