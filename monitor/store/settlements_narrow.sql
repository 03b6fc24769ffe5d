-- The texts of a cleaned chunk that become keys, and one number for everything else: what comes after carries little.
-- in: cleaned; out: line, the five kinds of text (null where the table has none), own (hash of the row's own key where
-- it is none of them), content (hash of the rest), once and again (two hashes of who the row is about, 128 bits: texts
-- that differ in one are not told apart by chance). hash() is only ever kept with the mark of who made it.
SELECT
    line, certno, psn_no, psn_name, NULL::VARCHAR AS household, NULL::VARCHAR AS contact,
    hash(certno, psn_no, psn_name) AS once,
    hash(concat_ws('|', coalesce(psn_name, ''), coalesce(psn_no, ''), certno)) AS again,
    hash(setl_id, insu_admdvs) AS own,
    hash(
        mdtrt_id, insutype, med_type, setl_time,
        medfee_sumamt, fulamt_ownpay_amt, overlmt_selfpay, preselfpay_amt, inscp_scp_amt, act_pay_dedc,
        hifp_pay, cvlserv_pay, hifes_pay, hifmi_pay, hifob_pay, hifdm_pay, maf_pay, oth_pay,
        fund_pay_sumamt, psn_part_amt, acct_pay, psn_cash_pay, hosp_part_amt,
        refd_setl_flag, init_setl_id, vali_flag, fix_blng_admdvs, fixmedins_code, fixmedins_name,
        hosp_lv, dise_codg, dise_name, pay_loc, manl_reim_rea, referred, setl_id, insu_admdvs
    ) AS content
FROM cleaned
WHERE len(reasons) = 0
