-- What the window's settlements come to: the sums the loads themselves have made, where the window holds their years whole,
-- and the rows of the others. A row counts when vali_flag is not 0, refd_setl_flag is not 1 (both settled at import in
-- `counts`) and it is neither superseded nor refunded. The few rows left out are added up with the others and, once more,
-- with a minus: looking each of thirty million rows up among them costs more, and so does taking them off the millions of
-- finished sums. Rows are added up first by their stored key, and only then put under the register's person: a join of
-- millions of sums, not of rows. The window's ends are variables and not a table because the files' own statistics then tell
-- which of them need no comparing. No aggregate here that can be had otherwise: each is memory for three million people.
-- What is left of a refund (netted) is added.
-- in: summed, added_up (store/settlements_sums.sql of the rows), left_out, netted, numbers_resolved, variables window_first, window_past
-- out: one row a person
WITH stored AS (
    SELECT person, psn_part, maf, outside_policy, settlements FROM summed
    UNION ALL
    SELECT person, psn_part, maf, outside_policy, settlements FROM added_up
    UNION ALL
    SELECT person, -psn_part_amt, -maf_pay, -outside_policy, -1
    FROM left_out
    WHERE counts
        AND setl_time >= getvariable('window_first')
        AND setl_time < getvariable('window_past')
    UNION ALL
    SELECT person, psn_part_amt, maf_pay, fulamt_ownpay_amt + overlmt_selfpay + preselfpay_amt, 1
    FROM netted
    WHERE setl_time >= getvariable('window_first')
        AND setl_time < getvariable('window_past')
)
SELECT
    coalesce(n.person, s.person) AS person,
    CAST(sum(s.psn_part) AS DECIMAL(18, 2)) AS psn_part,
    CAST(sum(s.maf) AS DECIMAL(18, 2)) AS maf,
    CAST(sum(s.outside_policy) AS DECIMAL(18, 2)) AS outside_policy,
    CAST(sum(s.settlements) AS BIGINT) AS settlements
FROM stored AS s
LEFT JOIN numbers_resolved AS n ON n.stored = s.person
GROUP BY coalesce(n.person, s.person)
HAVING sum(s.settlements) > 0
