-- What the settlements of a period come to, by stored person key: those that count by themselves (vali_flag is not 0,
-- refd_setl_flag is not 1: settled at import in `counts`), superseded and refunded ones too, which a run takes off. A load
-- asks it for each of its years, a run for the rows of loads its window cuts through.
-- in: unsummed, variables window_first, window_past; out: one row a stored person key
SELECT
    person,
    CAST(sum(psn_part_amt) AS DECIMAL(18, 2)) AS psn_part,
    CAST(sum(maf_pay) AS DECIMAL(18, 2)) AS maf,
    CAST(sum(fulamt_ownpay_amt + overlmt_selfpay + preselfpay_amt) AS DECIMAL(18, 2)) AS outside_policy,
    CAST(count(*) AS INTEGER) AS settlements
FROM unsummed
WHERE counts
    AND setl_time >= getvariable('window_first')
    AND setl_time < getvariable('window_past')
GROUP BY person
