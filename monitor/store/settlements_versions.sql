-- What a stored row is known by: h, a hash of its key, and digest, a hash of its content. hash() is DuckDB's own, and is
-- only ever kept with the mark of who made it. in: stored; out: batch, line, h, digest
-- The key is setl_id within the insured district.
SELECT
    batch,
    line,
    -- columns: key
    hash(setl_id, insu_admdvs) AS h,
    -- columns end
    -- columns: digest
    hash(
        setl_id, mdtrt_id, psn, name, person, insutype, med_type, setl_time, medfee_sumamt, fulamt_ownpay_amt,
        overlmt_selfpay, preselfpay_amt, inscp_scp_amt, act_pay_dedc, hifp_pay, cvlserv_pay, hifes_pay, hifmi_pay,
        hifob_pay, hifdm_pay, maf_pay, oth_pay, fund_pay_sumamt, psn_part_amt, acct_pay, psn_cash_pay, hosp_part_amt,
        refd_setl_flag, init_setl_id, vali_flag, insu_admdvs, fix_blng_admdvs, fixmedins_code, fixmedins_name,
        hosp_lv, dise_codg, dise_name, pay_loc, manl_reim_rea, claimed_for, referred
    ) AS digest
    -- columns end
FROM stored
