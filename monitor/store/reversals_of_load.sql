-- The valid flagged rows of this load, both halves of refunds alike, as later loads need them: few columns, kept in a file of
-- their own, so that nobody reads all rows ever stored for the sake of a hundredth of them.
-- in: parts (of this load); out: one row a flagged row; burden and total in yuan, 0 where the column is absent
SELECT
    batch, line, person, psn, setl_id, insu_admdvs, setl_time, init_setl_id,
    psn_part_amt, coalesce(maf_pay, 0) AS maf_pay, medfee_sumamt,
    CAST(psn_part_amt + coalesce(maf_pay, 0) AS DECIMAL(18, 2)) AS burden,
    CAST(coalesce(medfee_sumamt, 0) AS DECIMAL(18, 2)) AS total,
    CAST(coalesce(fund_pay_sumamt, 0) AS DECIMAL(18, 2)) AS funds
FROM parts
WHERE refd_setl_flag = '1' AND coalesce(vali_flag, '1') <> '0'
