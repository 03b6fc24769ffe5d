-- The good settlements of a chunk as they are stored: names and numbers replaced by their keys.
-- in: cleaned, met, this_load(batch); out: one row a settlement
-- by hand: person
SELECT
    b.batch,
    c.line::INTEGER AS line,
    -- By certno, else by psn_no (resolved through the register when assessing).
    coalesce(m.certno_key, m.psn) AS person,
    m.certno_key IS NULL AS by_psn_no,
    -- Whether the row by itself counts; a reversal that names it can still leave it out.
    coalesce(c.vali_flag, '1') <> '0' AND coalesce(c.refd_setl_flag, '0') <> '1' AS counts,
    -- columns: stored
    c.setl_id, c.mdtrt_id, m.psn, m.name, c.insutype, c.med_type, c.setl_time, c.medfee_sumamt,
    c.fulamt_ownpay_amt, c.overlmt_selfpay, c.preselfpay_amt, c.inscp_scp_amt, c.act_pay_dedc, c.hifp_pay,
    c.cvlserv_pay, c.hifes_pay, c.hifmi_pay, c.hifob_pay, c.hifdm_pay, c.maf_pay, c.oth_pay, c.fund_pay_sumamt,
    c.psn_part_amt, c.acct_pay, c.psn_cash_pay, c.hosp_part_amt, c.refd_setl_flag, c.init_setl_id, c.vali_flag,
    c.insu_admdvs, c.fix_blng_admdvs, c.fixmedins_code, c.fixmedins_name, c.hosp_lv, c.dise_codg, c.dise_name,
    c.pay_loc, c.manl_reim_rea, c.claimed_for, c.referred,
    -- columns end
    flag_text(c.flags) AS flags,
    m.h
FROM cleaned AS c
JOIN met AS m ON m.line = c.line
CROSS JOIN this_load AS b
WHERE len(c.reasons) = 0
