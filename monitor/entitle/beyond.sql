-- What the fund columns of a settlement hold beyond the funds' sum: payments of other insurance that psn_part_amt is not
-- net of yet; identity D holds within 0.05. Only looked at where a schedule takes something off first.
-- in: theirs, settlements; out: batch, line, beyond, the columns that can be taken off
WITH amounts AS (
    SELECT
        s.batch, s.line, coalesce(s.cvlserv_pay, 0) AS cvlserv_pay, coalesce(s.hifes_pay, 0) AS hifes_pay,
        coalesce(s.hifdm_pay, 0) AS hifdm_pay, coalesce(s.oth_pay, 0) AS oth_pay,
        coalesce(s.hifp_pay, 0) + coalesce(s.cvlserv_pay, 0) + coalesce(s.hifes_pay, 0) + coalesce(s.hifmi_pay, 0)
            + coalesce(s.hifob_pay, 0) + coalesce(s.hifdm_pay, 0) + s.maf_pay + coalesce(s.oth_pay, 0)
            - s.fund_pay_sumamt AS beyond
    FROM settlements AS s
    SEMI JOIN theirs AS t ON t.batch = s.batch AND t.line = s.line
)
SELECT * FROM amounts WHERE beyond > 0.05
