-- The same two hashes of what is already in the store. in: stored (Parquet); out: ref, h, digest
SELECT
    (batch::BIGINT << 40) + line AS ref,
    hash(setl_id, insu_admdvs) AS h,
    hash(
        hash(
            mdtrt_id, insutype, med_type, setl_time,
            medfee_sumamt, fulamt_ownpay_amt, overlmt_selfpay, preselfpay_amt, inscp_scp_amt, act_pay_dedc,
            hifp_pay, cvlserv_pay, hifes_pay, hifmi_pay, hifob_pay, hifdm_pay, maf_pay, oth_pay,
            fund_pay_sumamt, psn_part_amt, acct_pay, psn_cash_pay, hosp_part_amt,
            refd_setl_flag, init_setl_id, vali_flag, fix_blng_admdvs, fixmedins_code, fixmedins_name,
            hosp_lv, dise_codg, dise_name, pay_loc, manl_reim_rea, referred, setl_id, insu_admdvs
        ),
        person, psn, name
    ) AS digest
FROM stored
