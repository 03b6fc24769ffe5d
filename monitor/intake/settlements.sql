-- One chunk of settlements: typed, judged, flagged. In: the view raw (scrubbed text). Out: the table cleaned.
--
-- A row is rejected for what makes it unusable: no key, no person, no time, no psn_part_amt, a cell that is no number or
-- no date, a number a spreadsheet destroyed, a flag nobody knows. What is merely suspicious is kept and flagged. Amounts
-- are judged by the identities A to D, to 0.05 yuan, only where the file has every column of the identity.
-- by hand: psn_no, certno, setl_time, refd_setl_flag, vali_flag, invoice_on, enddate, referred

WITH typed AS (
    SELECT
        line,
        -- columns: typed
        text_of(setl_id) AS setl_id,
        text_of(mdtrt_id) AS mdtrt_id,
        text_of(psn_name) AS psn_name,
        code_of(psn_cert_type) AS psn_cert_type,
        code_of(insutype) AS insutype,
        code_of(med_type) AS med_type,
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
        text_of(init_setl_id) AS init_setl_id,
        code_of(insu_admdvs) AS insu_admdvs,
        code_of(fix_blng_admdvs) AS fix_blng_admdvs,
        text_of(fixmedins_code) AS fixmedins_code,
        text_of(fixmedins_name) AS fixmedins_name,
        code_of(hosp_lv) AS hosp_lv,
        text_of(dise_codg) AS dise_codg,
        text_of(dise_name) AS dise_name,
        code_of(pay_loc) AS pay_loc,
        text_of(manl_reim_rea) AS manl_reim_rea,
        -- columns end
        number_cell,
        coalesce(is_destroyed(setl_id), false) AS setl_id_destroyed,
        psn_no AS psn_no_cell,
        unmasked(psn_no) AS psn_no,
        coalesce(is_destroyed(psn_no), false) AS psn_no_destroyed,
        certno AS certno_cell,
        certno_of(certno) AS certno_text,
        is_resident_type(psn_cert_type) AS resident,
        eighteen_digits(certno) AS whole,
        coalesce(is_destroyed(certno), false) AS certno_destroyed,
        setl_time AS setl_time_text,
        quick_moment(setl_time) AS quick_time,
        refunded_of(refd_setl_flag) AS refd_setl_flag,
        coalesce(is_destroyed(init_setl_id), false) AS init_setl_id_destroyed,
        valid_of(vali_flag) AS vali_flag,
        -- Of claims by hand alone, of which few rows are: the day they are for.
        CASE WHEN text_of(manl_reim_rea) IS NOT NULL THEN text_of(coalesce(nullif(trim(invoice_on), ''), enddate)) END AS claimed_text,
        invoice_on AS invoice_on_text,
        switch_of(referred) AS referred
    FROM raw
),
judged AS (
    SELECT
        *,
        body_of(certno_text, whole, resident) AS body,
        CASE WHEN quick_time IS NULL THEN moment_parts(setl_time_text) END AS time_parts,
        CASE WHEN claimed_text IS NOT NULL THEN moment_parts(claimed_text) END AS claimed_parts,
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
        normal_certno(certno_text, body, psn_cert_type) AS certno,
        wrong_sum(certno_text, whole, body) AS bad_sum,
        CASE WHEN quick_time IS NULL THEN moment_from(time_parts) ELSE quick_time END AS setl_time,
        CASE WHEN claimed_text IS NOT NULL THEN moment_from(claimed_parts) END AS claimed_at
    FROM judged
),
weighed AS (
    SELECT
        *,
        bad_sum AND resident AS wrong_checksum,
        number_cell OR certno_destroyed OR CASE WHEN bad_sum THEN certno_text LIKE '%000' ELSE false END AS destroyed,
        setl_id IS NULL OR setl_id_destroyed OR init_setl_id_destroyed
        OR is_masked(setl_id) OR is_masked(init_setl_id) OR is_unclear(certno_cell)
        OR (certno IS NULL AND (psn_no IS NULL OR psn_no_destroyed))
        OR number_cell OR certno_destroyed OR CASE WHEN bad_sum THEN certno_text LIKE '%000' ELSE false END
        OR coalesce(NOT in_range(setl_time), true)
        OR (claimed_text IS NOT NULL AND coalesce(NOT in_range(claimed_at), true))
        OR psn_part_amt_text = ''
        OR refd_setl_flag IS NOT DISTINCT FROM 'unknown' OR vali_flag IS NOT DISTINCT FROM 'unknown'
        OR referred IS NOT DISTINCT FROM 'unknown'
        -- columns: not_amounts
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
        -- columns end
        AS rejected,
        (bad_sum AND resident) OR broken_a OR broken_b OR broken_c OR broken_d OR psn_no_destroyed
        OR is_masked(psn_no_cell) OR after_load(setl_time) OR after_load(claimed_at)
        OR CASE WHEN quick_time IS NULL THEN is_serial(setl_time_text) ELSE false END
        OR coalesce(certno_text IS NULL AND certno_cell <> '', false)
        OR (body IS NULL AND certno IS NOT NULL AND resident)
        OR (body IS NOT NULL AND (strlen(certno_text) = 15
            OR (resident AND NOT (is_day(body // 1000 % 100000000) AND is_province(body // 1000000000000000)))))
        AS suspicious
    FROM numbered
),
totalled AS (
    SELECT
        *,
        CASE WHEN rejected THEN totals_column(
            [{'column': 'setl_id', 'text': setl_id},
                {'column': 'mdtrt_id', 'text': mdtrt_id},
                {'column': 'psn_no', 'text': psn_no},
                {'column': 'psn_name', 'text': psn_name},
                {'column': 'certno', 'text': certno_cell},
                {'column': 'insutype', 'text': insutype},
                {'column': 'insu_admdvs', 'text': insu_admdvs},
                {'column': 'fixmedins_name', 'text': fixmedins_name}]) END AS rejected_totals
    FROM weighed
)
SELECT
    line,
    -- columns: cleaned
    setl_id,
    mdtrt_id,
    psn_name,
    psn_cert_type,
    insutype,
    med_type,
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
    init_setl_id,
    insu_admdvs,
    fix_blng_admdvs,
    fixmedins_code,
    fixmedins_name,
    hosp_lv,
    dise_codg,
    dise_name,
    pay_loc,
    manl_reim_rea,
    -- columns end
    CASE WHEN psn_no_destroyed THEN NULL ELSE psn_no END AS psn_no,
    certno,
    setl_time,
    refd_setl_flag,
    vali_flag,
    CAST(claimed_at AS DATE) AS claimed_for,
    referred,
    CASE
        WHEN NOT rejected THEN []::VARCHAR[]
        WHEN rejected_totals IS NOT NULL THEN [rejected_totals || ':totals_row']
        ELSE list_filter(string_split(concat_ws(' ',
            CASE WHEN setl_id IS NULL THEN 'setl_id:missing_key' END,
            CASE WHEN setl_id_destroyed THEN 'setl_id:destroyed_number' END,
            CASE WHEN init_setl_id_destroyed THEN 'init_setl_id:destroyed_number' END,
            CASE WHEN destroyed THEN 'certno:destroyed_number' END,
            CASE WHEN is_masked(setl_id) THEN 'setl_id:masked_number' END,
            CASE WHEN is_masked(init_setl_id) THEN 'init_setl_id:masked_number' END,
            CASE
                WHEN is_unclear(certno_cell) THEN 'certno:unclear_number'
                WHEN certno IS NULL AND psn_no IS NULL THEN
                    CASE
                        WHEN coalesce(certno_cell, '') = '' AND is_masked(psn_no_cell) THEN 'psn_no:masked_number'
                        ELSE 'certno:' || nobody_reason(certno_cell, certno)
                    END
            END,
            CASE WHEN certno IS NULL AND psn_no_destroyed THEN 'psn_no:destroyed_number' END,
            CASE WHEN trim(setl_time_text) = '' THEN 'setl_time:missing_time' END,
            'setl_time:' || moment_reason(setl_time_text, time_parts, setl_time),
            CASE WHEN nullif(trim(invoice_on_text), '') IS NULL THEN 'enddate:' ELSE 'invoice_on:' END
                || moment_reason(claimed_text, claimed_parts, claimed_at),
            CASE WHEN psn_part_amt_text = '' THEN 'psn_part_amt:missing_amount' END,
            CASE WHEN refd_setl_flag = 'unknown' THEN 'refd_setl_flag:unknown_flag' END,
            CASE WHEN vali_flag = 'unknown' THEN 'vali_flag:unknown_flag' END,
            CASE WHEN referred = 'unknown' THEN 'referred:unknown_flag' END,
            array_to_string(list_transform(list_filter([
                -- columns: amounts
                {'column': 'medfee_sumamt', 'text': medfee_sumamt_text, 'value': medfee_sumamt},
                {'column': 'fulamt_ownpay_amt', 'text': fulamt_ownpay_amt_text, 'value': fulamt_ownpay_amt},
                {'column': 'overlmt_selfpay', 'text': overlmt_selfpay_text, 'value': overlmt_selfpay},
                {'column': 'preselfpay_amt', 'text': preselfpay_amt_text, 'value': preselfpay_amt},
                {'column': 'inscp_scp_amt', 'text': inscp_scp_amt_text, 'value': inscp_scp_amt},
                {'column': 'act_pay_dedc', 'text': act_pay_dedc_text, 'value': act_pay_dedc},
                {'column': 'hifp_pay', 'text': hifp_pay_text, 'value': hifp_pay},
                {'column': 'cvlserv_pay', 'text': cvlserv_pay_text, 'value': cvlserv_pay},
                {'column': 'hifes_pay', 'text': hifes_pay_text, 'value': hifes_pay},
                {'column': 'hifmi_pay', 'text': hifmi_pay_text, 'value': hifmi_pay},
                {'column': 'hifob_pay', 'text': hifob_pay_text, 'value': hifob_pay},
                {'column': 'hifdm_pay', 'text': hifdm_pay_text, 'value': hifdm_pay},
                {'column': 'maf_pay', 'text': maf_pay_text, 'value': maf_pay},
                {'column': 'oth_pay', 'text': oth_pay_text, 'value': oth_pay},
                {'column': 'fund_pay_sumamt', 'text': fund_pay_sumamt_text, 'value': fund_pay_sumamt},
                {'column': 'psn_part_amt', 'text': psn_part_amt_text, 'value': psn_part_amt},
                {'column': 'acct_pay', 'text': acct_pay_text, 'value': acct_pay},
                {'column': 'psn_cash_pay', 'text': psn_cash_pay_text, 'value': psn_cash_pay},
                {'column': 'hosp_part_amt', 'text': hosp_part_amt_text, 'value': hosp_part_amt}
                -- columns end
            ], lambda cell: cell."value" IS NULL AND cell."text" IS NOT NULL),
                lambda cell: cell."column" || ':' || money_reason(cell."text")), ' ')
        ), ' '), lambda reason: reason <> '')
    END AS reasons,
    CASE
        WHEN NOT suspicious OR destroyed THEN []::VARCHAR[]
        -- Not a list built word by word: this takes half the time when most rows of a file are suspicious.
        ELSE list_where(
            ['broken_identity_a', 'broken_identity_b', 'broken_identity_c', 'broken_identity_d', 'wrong_checksum',
                'impossible_birth_date', 'unknown_region_prefix', 'converted_from_15', 'not_resident_number',
                'destroyed_psn_no', 'masked_psn_no', 'masked_certno', 'certno_words', 'after_load',
                'serial_date'],
            [broken_a, broken_b, broken_c, broken_d, wrong_checksum,
                coalesce(resident AND NOT is_day(body // 1000 % 100000000), false),
                coalesce(resident AND NOT is_province(body // 1000000000000000), false),
                body IS NOT NULL AND strlen(certno_text) = 15,
                body IS NULL AND certno IS NOT NULL AND resident,
                psn_no_destroyed, is_masked(psn_no_cell), is_masked(certno_cell), is_words(certno_cell),
                after_load(setl_time) OR after_load(claimed_at),
                is_serial(setl_time_text)])
    END AS flags
FROM totalled
