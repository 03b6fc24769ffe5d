-- One chunk of settlements: typed, judged, flagged. In: the view raw (scrubbed text). Out: the temp table cleaned.
--
-- A row is rejected for what makes it unusable: no key, no person, no time, no psn_part_amt, a cell that is no number or
-- no date, a number a spreadsheet destroyed, a flag nobody knows. What is merely suspicious is kept and flagged. Amounts
-- are judged by the identities A to D, to 0.05 yuan, only where the file has every column of the identity.

CREATE OR REPLACE TEMP TABLE cleaned AS
WITH typed AS (
    SELECT
        line,
        number_cell,
        text_of(setl_id) AS setl_id,
        text_of(mdtrt_id) AS mdtrt_id,
        text_of(psn_no) AS psn_no,
        text_of(psn_name) AS psn_name,
        text_of(certno) AS certno_text,
        is_resident_type(psn_cert_type) AS resident,
        eighteen_digits(certno) AS whole,
        code_of(psn_cert_type) AS psn_cert_type,
        code_of(insutype) AS insutype,
        code_of(med_type) AS med_type,
        setl_time AS setl_time_text,
        any_moment(setl_time) AS setl_time,
        medfee_sumamt AS medfee_sumamt_text,
        money_of(medfee_sumamt) AS medfee_sumamt,
        fulamt_ownpay_amt AS fulamt_ownpay_amt_text,
        money_of(fulamt_ownpay_amt) AS fulamt_ownpay_amt,
        overlmt_selfpay AS overlmt_selfpay_text,
        money_of(overlmt_selfpay) AS overlmt_selfpay,
        preselfpay_amt AS preselfpay_amt_text,
        money_of(preselfpay_amt) AS preselfpay_amt,
        inscp_scp_amt AS inscp_scp_amt_text,
        money_of(inscp_scp_amt) AS inscp_scp_amt,
        act_pay_dedc AS act_pay_dedc_text,
        money_of(act_pay_dedc) AS act_pay_dedc,
        hifp_pay AS hifp_pay_text,
        money_of(hifp_pay) AS hifp_pay,
        cvlserv_pay AS cvlserv_pay_text,
        money_of(cvlserv_pay) AS cvlserv_pay,
        hifes_pay AS hifes_pay_text,
        money_of(hifes_pay) AS hifes_pay,
        hifmi_pay AS hifmi_pay_text,
        money_of(hifmi_pay) AS hifmi_pay,
        hifob_pay AS hifob_pay_text,
        money_of(hifob_pay) AS hifob_pay,
        hifdm_pay AS hifdm_pay_text,
        money_of(hifdm_pay) AS hifdm_pay,
        maf_pay AS maf_pay_text,
        money_of(maf_pay) AS maf_pay,
        oth_pay AS oth_pay_text,
        money_of(oth_pay) AS oth_pay,
        fund_pay_sumamt AS fund_pay_sumamt_text,
        money_of(fund_pay_sumamt) AS fund_pay_sumamt,
        psn_part_amt AS psn_part_amt_text,
        money_of(psn_part_amt) AS psn_part_amt,
        acct_pay AS acct_pay_text,
        money_of(acct_pay) AS acct_pay,
        psn_cash_pay AS psn_cash_pay_text,
        money_of(psn_cash_pay) AS psn_cash_pay,
        hosp_part_amt AS hosp_part_amt_text,
        money_of(hosp_part_amt) AS hosp_part_amt,
        switch_of(refd_setl_flag) AS refd_setl_flag,
        text_of(init_setl_id) AS init_setl_id,
        switch_of(vali_flag) AS vali_flag,
        code_of(insu_admdvs) AS insu_admdvs,
        code_of(fix_blng_admdvs) AS fix_blng_admdvs,
        text_of(fixmedins_code) AS fixmedins_code,
        text_of(fixmedins_name) AS fixmedins_name,
        code_of(hosp_lv) AS hosp_lv,
        text_of(dise_codg) AS dise_codg,
        text_of(dise_name) AS dise_name,
        code_of(pay_loc) AS pay_loc,
        text_of(manl_reim_rea) AS manl_reim_rea,
        switch_of(referred) AS referred
    FROM raw
),
judged AS (
    SELECT
        *,
        body_of(certno_text, whole, resident) AS body,
        coalesce(abs(medfee_sumamt::DECIMAL(18, 2) - fulamt_ownpay_amt - overlmt_selfpay - preselfpay_amt
            - inscp_scp_amt) > 0.05, false) AS broken_a,
        coalesce(abs(medfee_sumamt::DECIMAL(18, 2) - fund_pay_sumamt - psn_part_amt - hosp_part_amt)
            > 0.05, false) AS broken_b,
        coalesce(abs(psn_part_amt::DECIMAL(18, 2) - acct_pay - psn_cash_pay) > 0.05, false) AS broken_c,
        coalesce(abs(fund_pay_sumamt::DECIMAL(18, 2) - hifp_pay - cvlserv_pay - hifes_pay - hifmi_pay - hifob_pay
            - hifdm_pay - maf_pay - oth_pay) > 0.05, false) AS broken_d
    FROM typed
),
numbered AS (
    SELECT
        *,
        normal_certno(certno_text, body) AS certno,
        wrong_sum(certno_text, whole, body) AS bad_sum
    FROM judged
),
weighed AS (
    SELECT
        *,
        bad_sum AND resident AS wrong_checksum,
        number_cell OR coalesce(is_destroyed(certno_text), false) OR (bad_sum AND certno_text LIKE '%000') AS destroyed,
        setl_id IS NULL OR is_destroyed(setl_id) OR coalesce(is_destroyed(init_setl_id), false)
        OR (certno IS NULL AND (psn_no IS NULL OR is_destroyed(psn_no)))
        OR number_cell OR coalesce(is_destroyed(certno_text), false) OR (bad_sum AND certno_text LIKE '%000')
        OR coalesce(NOT in_range(setl_time), true)
        OR psn_part_amt_text = ''
        OR refd_setl_flag IS NOT DISTINCT FROM 'unknown' OR vali_flag IS NOT DISTINCT FROM 'unknown'
        OR referred IS NOT DISTINCT FROM 'unknown'
        OR (medfee_sumamt IS NULL AND medfee_sumamt_text IS NOT NULL)
        OR (fulamt_ownpay_amt IS NULL AND fulamt_ownpay_amt_text IS NOT NULL)
        OR (overlmt_selfpay IS NULL AND overlmt_selfpay_text IS NOT NULL)
        OR (preselfpay_amt IS NULL AND preselfpay_amt_text IS NOT NULL)
        OR (inscp_scp_amt IS NULL AND inscp_scp_amt_text IS NOT NULL)
        OR (act_pay_dedc IS NULL AND act_pay_dedc_text IS NOT NULL)
        OR (hifp_pay IS NULL AND hifp_pay_text IS NOT NULL)
        OR (cvlserv_pay IS NULL AND cvlserv_pay_text IS NOT NULL)
        OR (hifes_pay IS NULL AND hifes_pay_text IS NOT NULL)
        OR (hifmi_pay IS NULL AND hifmi_pay_text IS NOT NULL)
        OR (hifob_pay IS NULL AND hifob_pay_text IS NOT NULL)
        OR (hifdm_pay IS NULL AND hifdm_pay_text IS NOT NULL)
        OR (maf_pay IS NULL AND maf_pay_text IS NOT NULL)
        OR (oth_pay IS NULL AND oth_pay_text IS NOT NULL)
        OR (fund_pay_sumamt IS NULL AND fund_pay_sumamt_text IS NOT NULL)
        OR (psn_part_amt IS NULL AND psn_part_amt_text IS NOT NULL)
        OR (acct_pay IS NULL AND acct_pay_text IS NOT NULL)
        OR (psn_cash_pay IS NULL AND psn_cash_pay_text IS NOT NULL)
        OR (hosp_part_amt IS NULL AND hosp_part_amt_text IS NOT NULL)
        AS rejected,
        (bad_sum AND resident) OR broken_a OR broken_b OR broken_c OR broken_d OR coalesce(is_destroyed(psn_no), false)
        OR (body IS NULL AND certno IS NOT NULL AND resident)
        OR (body IS NOT NULL AND (strlen(certno_text) = 15
            OR (resident AND NOT (is_day(body // 1000 % 100000000) AND is_province(body // 1000000000000000)))))
        AS suspicious
    FROM numbered
)
SELECT
    line,
    setl_id,
    mdtrt_id,
    CASE WHEN is_destroyed(psn_no) THEN NULL ELSE psn_no END AS psn_no,
    psn_name,
    certno,
    psn_cert_type,
    insutype,
    med_type,
    setl_time,
    medfee_sumamt,
    fulamt_ownpay_amt,
    overlmt_selfpay,
    preselfpay_amt,
    inscp_scp_amt,
    act_pay_dedc,
    hifp_pay,
    cvlserv_pay,
    hifes_pay,
    hifmi_pay,
    hifob_pay,
    hifdm_pay,
    maf_pay,
    oth_pay,
    fund_pay_sumamt,
    psn_part_amt,
    acct_pay,
    psn_cash_pay,
    hosp_part_amt,
    refd_setl_flag,
    init_setl_id,
    vali_flag,
    insu_admdvs,
    fix_blng_admdvs,
    fixmedins_code,
    fixmedins_name,
    hosp_lv,
    dise_codg,
    dise_name,
    pay_loc,
    manl_reim_rea,
    referred,
    CASE
        WHEN NOT rejected THEN []::VARCHAR[]
        WHEN says_total(setl_id) THEN ['setl_id:totals_row']
        WHEN says_total(mdtrt_id) THEN ['mdtrt_id:totals_row']
        WHEN says_total(psn_no) THEN ['psn_no:totals_row']
        WHEN says_total(psn_name) THEN ['psn_name:totals_row']
        WHEN says_total(certno) THEN ['certno:totals_row']
        WHEN says_total(insutype) THEN ['insutype:totals_row']
        WHEN says_total(insu_admdvs) THEN ['insu_admdvs:totals_row']
        WHEN says_total(fixmedins_name) THEN ['fixmedins_name:totals_row']
        ELSE string_split(concat_ws(' ',
            CASE WHEN setl_id IS NULL THEN 'setl_id:missing_key' END,
            CASE WHEN is_destroyed(setl_id) THEN 'setl_id:destroyed_number' END,
            CASE WHEN is_destroyed(init_setl_id) THEN 'init_setl_id:destroyed_number' END,
            CASE WHEN destroyed THEN 'certno:destroyed_number' END,
            CASE WHEN certno IS NULL AND psn_no IS NULL THEN 'certno:missing_person' END,
            CASE WHEN certno IS NULL AND is_destroyed(psn_no) THEN 'psn_no:destroyed_number' END,
            CASE WHEN trim(setl_time_text) = '' THEN 'setl_time:missing_time' END,
            'setl_time:' || moment_reason(setl_time_text),
            CASE WHEN psn_part_amt_text = '' THEN 'psn_part_amt:missing_amount' END,
            CASE WHEN refd_setl_flag = 'unknown' THEN 'refd_setl_flag:unknown_flag' END,
            CASE WHEN vali_flag = 'unknown' THEN 'vali_flag:unknown_flag' END,
            CASE WHEN referred = 'unknown' THEN 'referred:unknown_flag' END,
            CASE WHEN medfee_sumamt IS NULL AND medfee_sumamt_text IS NOT NULL THEN 'medfee_sumamt:' || money_reason(medfee_sumamt_text) END,
            CASE WHEN fulamt_ownpay_amt IS NULL AND fulamt_ownpay_amt_text IS NOT NULL THEN 'fulamt_ownpay_amt:' || money_reason(fulamt_ownpay_amt_text) END,
            CASE WHEN overlmt_selfpay IS NULL AND overlmt_selfpay_text IS NOT NULL THEN 'overlmt_selfpay:' || money_reason(overlmt_selfpay_text) END,
            CASE WHEN preselfpay_amt IS NULL AND preselfpay_amt_text IS NOT NULL THEN 'preselfpay_amt:' || money_reason(preselfpay_amt_text) END,
            CASE WHEN inscp_scp_amt IS NULL AND inscp_scp_amt_text IS NOT NULL THEN 'inscp_scp_amt:' || money_reason(inscp_scp_amt_text) END,
            CASE WHEN act_pay_dedc IS NULL AND act_pay_dedc_text IS NOT NULL THEN 'act_pay_dedc:' || money_reason(act_pay_dedc_text) END,
            CASE WHEN hifp_pay IS NULL AND hifp_pay_text IS NOT NULL THEN 'hifp_pay:' || money_reason(hifp_pay_text) END,
            CASE WHEN cvlserv_pay IS NULL AND cvlserv_pay_text IS NOT NULL THEN 'cvlserv_pay:' || money_reason(cvlserv_pay_text) END,
            CASE WHEN hifes_pay IS NULL AND hifes_pay_text IS NOT NULL THEN 'hifes_pay:' || money_reason(hifes_pay_text) END,
            CASE WHEN hifmi_pay IS NULL AND hifmi_pay_text IS NOT NULL THEN 'hifmi_pay:' || money_reason(hifmi_pay_text) END,
            CASE WHEN hifob_pay IS NULL AND hifob_pay_text IS NOT NULL THEN 'hifob_pay:' || money_reason(hifob_pay_text) END,
            CASE WHEN hifdm_pay IS NULL AND hifdm_pay_text IS NOT NULL THEN 'hifdm_pay:' || money_reason(hifdm_pay_text) END,
            CASE WHEN maf_pay IS NULL AND maf_pay_text IS NOT NULL THEN 'maf_pay:' || money_reason(maf_pay_text) END,
            CASE WHEN oth_pay IS NULL AND oth_pay_text IS NOT NULL THEN 'oth_pay:' || money_reason(oth_pay_text) END,
            CASE WHEN fund_pay_sumamt IS NULL AND fund_pay_sumamt_text IS NOT NULL THEN 'fund_pay_sumamt:' || money_reason(fund_pay_sumamt_text) END,
            CASE WHEN psn_part_amt IS NULL AND psn_part_amt_text IS NOT NULL THEN 'psn_part_amt:' || money_reason(psn_part_amt_text) END,
            CASE WHEN acct_pay IS NULL AND acct_pay_text IS NOT NULL THEN 'acct_pay:' || money_reason(acct_pay_text) END,
            CASE WHEN psn_cash_pay IS NULL AND psn_cash_pay_text IS NOT NULL THEN 'psn_cash_pay:' || money_reason(psn_cash_pay_text) END,
            CASE WHEN hosp_part_amt IS NULL AND hosp_part_amt_text IS NOT NULL THEN 'hosp_part_amt:' || money_reason(hosp_part_amt_text) END
        ), ' ')
    END AS reasons,
    CASE
        WHEN NOT suspicious OR destroyed THEN []::VARCHAR[]
        ELSE string_split(concat_ws(' ',
            CASE WHEN broken_a THEN 'broken_identity_a' END,
            CASE WHEN broken_b THEN 'broken_identity_b' END,
            CASE WHEN broken_c THEN 'broken_identity_c' END,
            CASE WHEN broken_d THEN 'broken_identity_d' END,
            CASE WHEN wrong_checksum THEN 'wrong_checksum' END,
            CASE WHEN resident AND NOT is_day(body // 1000 % 100000000) THEN 'impossible_birth_date' END,
            CASE WHEN resident AND NOT is_province(body // 1000000000000000) THEN 'unknown_region_prefix' END,
            CASE WHEN body IS NOT NULL AND strlen(certno_text) = 15 THEN 'converted_from_15' END,
            CASE WHEN body IS NULL AND certno IS NOT NULL AND resident THEN 'not_resident_number' END,
            CASE WHEN is_destroyed(psn_no) THEN 'destroyed_psn_no' END
        ), ' ')
    END AS flags
FROM weighed;
