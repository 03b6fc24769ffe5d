-- The rows of month_slots as a platform export. Identities A–D hold to the cent except where `fate` breaks one.
CREATE TEMP VIEW settlement_rows AS
WITH amounts AS (
    SELECT
        *,
        target_fen IS NOT NULL AND whole AS aimed,
        -- Neighbouring slots of an aimed person deviate by the same amount up and down, and the last takes the
        -- remainder, so that the year sums to target_fen exactly.
        target_fen // slots AS even_share,
        CASE
            WHEN kind IN (1, 2) THEN 5000 + draw(60, j, 500000)
            WHEN kind = 6 THEN 100 + draw(60, j, 20000)
            WHEN aimed THEN
                even_share
                + CASE WHEN slot = slots - 1 THEN target_fen - even_share * slots ELSE 0 END
                + CASE
                    WHEN slot // 2 * 2 + 1 >= slots THEN 0
                    WHEN slot % 2 = 0 THEN draw(61, i * 64 + slot // 2, 1 + even_share * 9 // 10)
                    ELSE -draw(61, i * 64 + slot // 2, 1 + even_share * 9 // 10)
                END
            -- Skewed towards small sums: the product of two draws.
            ELSE 100 + draw(62, j, 1000) * draw(63, j, 1000) * getvariable('usual_amount') // 250000
        END AS measured_fen
    FROM described('month_slots')
), parts AS (
    SELECT
        *,
        CASE WHEN kind IN (2, 6) THEN -1 ELSE 1 END AS sign,
        CASE WHEN kind IN (4, 5) THEN measured_fen + 100000 ELSE measured_fen END AS share_fen,
        CASE WHEN category IS NOT NULL AND kind <> 6 AND draw(64, i * 64 + slot, 3) > 0 THEN measured_fen // 5 ELSE 0 END
            AS aid,
        CASE WHEN kind = 6 OR draw(65, j, 3) = 0 THEN 0 ELSE measured_fen // 10 END AS own_pay,
        CASE WHEN kind = 6 OR draw(66, j, 5) > 0 THEN 0 ELSE measured_fen // 50 END AS over_limit,
        CASE WHEN kind = 6 OR draw(67, j, 2) = 0 THEN 0 ELSE measured_fen // 20 END AS first_pay,
        CASE WHEN insutype = '310' AND kind <> 6 THEN measured_fen // 4 ELSE 0 END AS account,
        CASE
            WHEN kind = 6 THEN 0
            WHEN draw(68, j, 10) < 5 THEN 11 WHEN draw(68, j, 10) = 5 THEN 41 WHEN draw(68, j, 10) = 6 THEN 1403
            ELSE 21
        END AS care
    FROM amounts
    -- A later reimbursement would move somebody off the amount aimed at.
    WHERE NOT (kind = 6 AND aimed)
), summed AS (
    SELECT
        *,
        share_fen - aid + CASE WHEN getvariable('in_policy') THEN own_pay + over_limit + first_pay ELSE 0 END AS borne,
        CASE WHEN kind = 6 THEN -share_fen ELSE share_fen * (1 + draw(69, j, 3)) END AS basic,
        CASE WHEN share_fen > 500000 AND insutype <> '310' THEN share_fen // 3 ELSE 0 END AS critical,
        CASE WHEN share_fen > 500000 AND insutype = '310' THEN share_fen // 4 ELSE 0 END AS large_sum,
        basic + critical + large_sum + aid AS fund,
        fund + borne AS fee,
        '99S' || CASE WHEN kind IN (1, 2, 6, 7) THEN kind::VARCHAR ELSE '0' END || lpad(j::VARCHAR, 11, '0') AS setl_id,
        draw(70, j, 6) AS dirt,
        1 + draw(71, j, 12) AS hospital,
        -- Every third settlement of somebody with two numbers comes under the second one.
        CASE WHEN two_numbers AND j % 3 = 0 THEN '99B' ELSE '99A' END || lpad(i::VARCHAR, 9, '0') AS psn_no
    FROM parts
)
SELECT
    CASE WHEN kind = 7 AND dirt = 0 THEN NULL ELSE setl_id END AS setl_id,
    '99M' || setl_id[4:] AS mdtrt_id,
    CASE WHEN kind = 7 AND dirt = 1 THEN NULL ELSE psn_no END AS psn_no,
    psn_name,
    CASE
        WHEN kind = 7 AND dirt = 1 THEN NULL
        WHEN kind = 7 AND dirt = 2 THEN '9.90E+17'
        -- Only somebody the register knows can be found by psn_no alone.
        WHEN registered AND draw(72, j, 50) = 0 THEN NULL
        WHEN draw(72, j, 500) = 1 AND year(birth) BETWEEN 1931 AND 1999 THEN certno[1:6] || certno[9:17]
        ELSE certno
    END AS certno,
    '01' AS psn_cert_type,
    insutype,
    CASE care WHEN 0 THEN '21' ELSE care::VARCHAR END AS med_type,
    CASE
        WHEN kind = 7 AND dirt = 3 THEN year(settled)::VARCHAR || '-02-30 09:00:00'
        WHEN day_only THEN settled::DATE::VARCHAR
        ELSE settled::VARCHAR
    END AS setl_time,
    yuan(sign * fee) AS medfee_sumamt,
    yuan(sign * own_pay) AS fulamt_ownpay_amt,
    yuan(sign * over_limit) AS overlmt_selfpay,
    yuan(sign * first_pay) AS preselfpay_amt,
    yuan(sign * (fee - own_pay - over_limit - first_pay) + CASE WHEN fate IN (170, 171) AND kind = 0 THEN 1000 ELSE 0 END)
        AS inscp_scp_amt,
    yuan(CASE WHEN care = 21 THEN 50000 ELSE 0 END) AS act_pay_dedc,
    yuan(sign * basic + CASE WHEN fate IN (172, 173) AND kind = 0 THEN 1000 ELSE 0 END) AS hifp_pay,
    yuan(0) AS cvlserv_pay,
    yuan(0) AS hifes_pay,
    yuan(sign * critical) AS hifmi_pay,
    yuan(sign * large_sum) AS hifob_pay,
    yuan(0) AS hifdm_pay,
    yuan(sign * aid) AS maf_pay,
    yuan(0) AS oth_pay,
    yuan(sign * fund) AS fund_pay_sumamt,
    CASE
        WHEN kind = 7 AND dirt = 4 THEN '不详'
        WHEN kind = 7 AND dirt = 5 THEN NULL
        ELSE yuan(sign * borne)::VARCHAR
    END AS psn_part_amt,
    yuan(sign * account) AS acct_pay,
    yuan(sign * (borne - account) + CASE WHEN fate IN (174, 175) AND kind = 0 THEN 1000 ELSE 0 END) AS psn_cash_pay,
    yuan(CASE WHEN fate IN (176, 177) AND kind = 0 THEN 1000 ELSE 0 END) AS hosp_part_amt,
    -- One refunded original in ten was never exported again with its flag.
    CASE WHEN kind = 2 OR (kind = 1 AND draw(54, j, 10) <> 0) THEN '1' ELSE '0' END AS refd_setl_flag,
    CASE WHEN kind = 2 THEN '99S1' || lpad(j::VARCHAR, 11, '0') END AS init_setl_id,
    '1' AS vali_flag,
    insu_admdvs,
    insu_admdvs AS fix_blng_admdvs,
    'H9900000' || lpad(hospital::VARCHAR, 4, '0') AS fixmedins_code,
    '样例市第' || ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '十一', '十二'][hospital] || '医院'
        AS fixmedins_name,
    CASE WHEN hospital <= 2 THEN '03' WHEN hospital <= 6 THEN '06' ELSE '09' END AS hosp_lv,
    CASE care WHEN 1403 THEN 'M9900' END AS dise_codg,
    CASE care WHEN 1403 THEN '样例慢性病' END AS dise_name,
    CASE WHEN kind = 6 THEN '1' ELSE '2' END AS pay_loc,
    CASE WHEN kind = 6 THEN '年度二次补报销' END AS manl_reim_rea,
    NULL::VARCHAR AS referred
FROM summed;
