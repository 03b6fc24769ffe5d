-- The one pass over the settlements: those that count, of recognised people, from the earliest day anybody's window
-- begins. in: settlements, left_out, recognised, numbers_resolved, reach(first, past)
-- out: one row a settlement: what assistance asks of it, amounts in yuan
WITH asked AS (
    SELECT DISTINCT person FROM recognised
),
stored AS (
    SELECT person AS stored, person FROM asked
    UNION ALL
    SELECT n.stored, n.person FROM numbers_resolved AS n SEMI JOIN asked AS a ON a.person = n.person
)
SELECT
    t.person, s.batch, s.line, s.setl_id, s.setl_time, s.insutype, s.insu_admdvs, s.fix_blng_admdvs, s.pay_loc, s.referred,
    coalesce(s.med_type, '') AS med_type, s.dise_codg, s.dise_name,
    s.psn_part_amt + s.maf_pay - s.fulamt_ownpay_amt - s.overlmt_selfpay - s.preselfpay_amt AS in_policy,
    s.maf_pay
FROM settlements AS s
JOIN stored AS t ON t.stored = s.person
CROSS JOIN reach AS r
ANTI JOIN left_out AS l ON l.batch = s.batch AND l.line = s.line
WHERE s.counts AND s.setl_time >= r.first AND s.setl_time < r.past
