-- What is left of settlements that were not simply given back whole by one reversal, as settlements of their own: of each root
-- (an original that is nobody's reversal) the sum with all reversals below it, column by column, at the root's own time and
-- under its own id. A reversal of a reversal gives back what that took. A reversal written with its original's sign is taken
-- with the other one. Nothing is left where the reversals come to as much or more (taken to zero and no further); where they
-- come to less than nothing, the root counts as it is. And loose reversals without an original (loose_pairs.sql), as they are.
-- A line with a minus is the settlement made here of the stored row with that line.
-- in: component(pairs of rows), refund_rows, loose_counted(batch, line); out: settlements' columns
WITH RECURSIVE rows_once AS (
    SELECT DISTINCT ON (batch, line) *, psn_part_amt + coalesce(maf_pay, 0) AS burden,
        CASE WHEN psn_part_amt + coalesce(maf_pay, 0) <> 0 THEN psn_part_amt + coalesce(maf_pay, 0)
            ELSE coalesce(medfee_sumamt, 0) END AS given
    FROM refund_rows
),
roots AS (
    SELECT DISTINCT c.batch, c.line
    FROM component AS c
    ANTI JOIN component AS d ON d.by_batch = c.batch AND d.by_line = c.line
),
tree AS (
    SELECT o.batch AS root_batch, o.line AS root_line, o.batch, o.line, sign(r.given)::INTEGER AS direction, 1 AS factor, 0 AS depth
    FROM roots AS o
    JOIN rows_once AS r ON r.batch = o.batch AND r.line = o.line
    UNION ALL
    SELECT
        t.root_batch, t.root_line, c.by_batch, c.by_line, -t.direction,
        CASE WHEN sign(r.given)::INTEGER = t.direction AND t.direction <> 0 THEN -1 ELSE 1 END, t.depth + 1
    FROM tree AS t
    JOIN component AS c ON c.batch = t.batch AND c.line = t.line
    JOIN rows_once AS r ON r.batch = c.by_batch AND r.line = c.by_line
    -- A reversal of a reversal of a reversal is the longest anybody has seen; two that name each other would never end.
    WHERE t.depth < 9
),
summed AS (
    SELECT
        t.root_batch, t.root_line,
        sum(t.factor * r.medfee_sumamt) AS medfee_sumamt,
        sum(t.factor * r.fulamt_ownpay_amt) AS fulamt_ownpay_amt,
        sum(t.factor * r.overlmt_selfpay) AS overlmt_selfpay,
        sum(t.factor * r.preselfpay_amt) AS preselfpay_amt,
        sum(t.factor * r.inscp_scp_amt) AS inscp_scp_amt,
        sum(t.factor * r.act_pay_dedc) AS act_pay_dedc,
        sum(t.factor * r.hifp_pay) AS hifp_pay,
        sum(t.factor * r.cvlserv_pay) AS cvlserv_pay,
        sum(t.factor * r.hifes_pay) AS hifes_pay,
        sum(t.factor * r.hifmi_pay) AS hifmi_pay,
        sum(t.factor * r.hifob_pay) AS hifob_pay,
        sum(t.factor * r.hifdm_pay) AS hifdm_pay,
        sum(t.factor * r.maf_pay) AS maf_pay,
        sum(t.factor * r.oth_pay) AS oth_pay,
        sum(t.factor * r.fund_pay_sumamt) AS fund_pay_sumamt,
        sum(t.factor * r.psn_part_amt) AS psn_part_amt,
        sum(t.factor * r.acct_pay) AS acct_pay,
        sum(t.factor * r.psn_cash_pay) AS psn_cash_pay,
        sum(t.factor * r.hosp_part_amt) AS hosp_part_amt
    FROM tree AS t
    JOIN rows_once AS r ON r.batch = t.batch AND r.line = t.line
    GROUP BY t.root_batch, t.root_line
),
left_over AS (
    SELECT
        s.*,
        (s.psn_part_amt + coalesce(s.maf_pay, 0)) * sign(r.burden) > abs(r.burden) AS capped
    FROM summed AS s
    JOIN rows_once AS r ON r.batch = s.root_batch AND r.line = s.root_line
    WHERE coalesce(r.vali_flag, '1') <> '0'
        -- The reversal of an original nobody loaded counts no more than without a reversal of its own.
        AND NOT (r.refd_setl_flag IS NOT DISTINCT FROM '1' AND r.init_setl_id IS NOT NULL)
        AND (s.psn_part_amt + coalesce(s.maf_pay, 0)) * sign(r.burden) > 0
)
SELECT
    r.* EXCLUDE (burden, given) REPLACE (
        -r.line AS line, true AS counts,
        CAST(CASE WHEN n.capped THEN r.medfee_sumamt ELSE n.medfee_sumamt END AS DECIMAL(16, 2)) AS medfee_sumamt,
        CAST(CASE WHEN n.capped THEN r.fulamt_ownpay_amt ELSE n.fulamt_ownpay_amt END AS DECIMAL(16, 2)) AS fulamt_ownpay_amt,
        CAST(CASE WHEN n.capped THEN r.overlmt_selfpay ELSE n.overlmt_selfpay END AS DECIMAL(16, 2)) AS overlmt_selfpay,
        CAST(CASE WHEN n.capped THEN r.preselfpay_amt ELSE n.preselfpay_amt END AS DECIMAL(16, 2)) AS preselfpay_amt,
        CAST(CASE WHEN n.capped THEN r.inscp_scp_amt ELSE n.inscp_scp_amt END AS DECIMAL(16, 2)) AS inscp_scp_amt,
        CAST(CASE WHEN n.capped THEN r.act_pay_dedc ELSE n.act_pay_dedc END AS DECIMAL(16, 2)) AS act_pay_dedc,
        CAST(CASE WHEN n.capped THEN r.hifp_pay ELSE n.hifp_pay END AS DECIMAL(16, 2)) AS hifp_pay,
        CAST(CASE WHEN n.capped THEN r.cvlserv_pay ELSE n.cvlserv_pay END AS DECIMAL(16, 2)) AS cvlserv_pay,
        CAST(CASE WHEN n.capped THEN r.hifes_pay ELSE n.hifes_pay END AS DECIMAL(16, 2)) AS hifes_pay,
        CAST(CASE WHEN n.capped THEN r.hifmi_pay ELSE n.hifmi_pay END AS DECIMAL(16, 2)) AS hifmi_pay,
        CAST(CASE WHEN n.capped THEN r.hifob_pay ELSE n.hifob_pay END AS DECIMAL(16, 2)) AS hifob_pay,
        CAST(CASE WHEN n.capped THEN r.hifdm_pay ELSE n.hifdm_pay END AS DECIMAL(16, 2)) AS hifdm_pay,
        CAST(CASE WHEN n.capped THEN r.maf_pay ELSE n.maf_pay END AS DECIMAL(16, 2)) AS maf_pay,
        CAST(CASE WHEN n.capped THEN r.oth_pay ELSE n.oth_pay END AS DECIMAL(16, 2)) AS oth_pay,
        CAST(CASE WHEN n.capped THEN r.fund_pay_sumamt ELSE n.fund_pay_sumamt END AS DECIMAL(16, 2)) AS fund_pay_sumamt,
        CAST(CASE WHEN n.capped THEN r.psn_part_amt ELSE n.psn_part_amt END AS DECIMAL(16, 2)) AS psn_part_amt,
        CAST(CASE WHEN n.capped THEN r.acct_pay ELSE n.acct_pay END AS DECIMAL(16, 2)) AS acct_pay,
        CAST(CASE WHEN n.capped THEN r.psn_cash_pay ELSE n.psn_cash_pay END AS DECIMAL(16, 2)) AS psn_cash_pay,
        CAST(CASE WHEN n.capped THEN r.hosp_part_amt ELSE n.hosp_part_amt END AS DECIMAL(16, 2)) AS hosp_part_amt
    )
FROM left_over AS n
JOIN rows_once AS r ON r.batch = n.root_batch AND r.line = n.root_line
UNION ALL
SELECT r.* EXCLUDE (burden, given) REPLACE (-r.line AS line, true AS counts)
FROM rows_once AS r
SEMI JOIN loose_counted AS l ON l.batch = r.batch AND l.line = r.line
