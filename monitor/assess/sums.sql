-- What the window's settlements come to: the sums the loads themselves have made, where the window holds their years whole,
-- and the rows of the others in one pass. A row counts when vali_flag is not 0, refd_setl_flag is not 1 (both settled
-- at import in `counts`) and it is neither superseded nor refunded. The few rows left out are added up with the others
-- and, once more, with a minus: looking each of thirty million rows up among them costs more, and so does taking them
-- off the millions of finished sums. The window's ends are variables and not a table because the files' own statistics
-- then tell which of them need no comparing. No aggregate here that can be had otherwise: each is memory for three
-- million people.
-- in: summed, unsummed, left_out, variables window_first, window_past; out: one row a stored person key
SELECT
    person,
    CAST(sum(psn_part) AS DECIMAL(18, 2)) AS psn_part,
    CAST(sum(maf) AS DECIMAL(18, 2)) AS maf,
    CAST(sum(outside_policy) AS DECIMAL(18, 2)) AS outside_policy,
    CAST(sum(settlements) AS BIGINT) AS settlements
FROM (
    SELECT person, psn_part, maf, outside_policy, settlements
    FROM summed
    UNION ALL
    SELECT
        person, psn_part_amt, maf_pay,
        fulamt_ownpay_amt + overlmt_selfpay + preselfpay_amt,
        CAST(1 AS SMALLINT)
    FROM unsummed
    WHERE counts
        AND setl_time >= getvariable('window_first')
        AND setl_time < getvariable('window_past')
    UNION ALL
    SELECT person, -psn_part_amt, -maf_pay, -outside_policy, CAST(-1 AS SMALLINT)
    FROM left_out
    WHERE counts
        AND setl_time >= getvariable('window_first')
        AND setl_time < getvariable('window_past')
) AS added
GROUP BY person
HAVING sum(settlements) > 0
