-- The settlements of the people of loose reversals. in: settlements, loose_persons; out: settlements' rows, few columns
SELECT
    s.batch, s.line, s.person, s.psn, s.setl_id, s.setl_time, s.counts, s.psn_part_amt, s.maf_pay, s.fulamt_ownpay_amt,
    s.overlmt_selfpay, s.preselfpay_amt, s.medfee_sumamt, s.refd_setl_flag, s.vali_flag, s.init_setl_id
FROM settlements AS s
WHERE s.psn_part_amt >= 0 AND (s.person IN (SELECT key FROM loose_persons) OR s.psn IN (SELECT key FROM loose_persons))
