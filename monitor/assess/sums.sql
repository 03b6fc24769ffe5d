-- One pass over the window's settlements. A row counts when vali_flag is not 0, refd_setl_flag is not 1 (both settled
-- at import in `counts`) and it is neither superseded nor refunded. The few rows left out are added up with the others
-- and taken off again: looking each of thirty million rows up among them costs more. The window's ends are variables and
-- not a table because the files' own statistics then tell which of them need no comparing.
-- in: settlements, left_out, variables window_first, window_past; out: one row a stored person key
WITH whole AS (
    SELECT
        person,
        sum(psn_part_amt) AS psn_part,
        sum(maf_pay) AS maf,
        -- Added up row by row first: every sum kept is memory for three million people.
        sum(fulamt_ownpay_amt + overlmt_selfpay + preselfpay_amt) AS outside_policy,
        count(*) AS settlements,
        max(setl_time) AS latest
    FROM settlements
    WHERE counts
        AND setl_time >= getvariable('window_first')
        AND setl_time < getvariable('window_past')
    GROUP BY person
),
taken_off AS (
    SELECT
        person,
        sum(psn_part_amt) AS psn_part,
        sum(maf_pay) AS maf,
        sum(outside_policy) AS outside_policy,
        count(*) AS settlements
    FROM left_out
    WHERE counts
        AND setl_time >= getvariable('window_first')
        AND setl_time < getvariable('window_past')
    GROUP BY person
)
SELECT
    w.person,
    w.psn_part - coalesce(t.psn_part, 0) AS psn_part,
    w.maf - coalesce(t.maf, 0) AS maf,
    w.outside_policy - coalesce(t.outside_policy, 0) AS outside_policy,
    w.settlements - coalesce(t.settlements, 0) AS settlements,
    w.latest
FROM whole AS w
LEFT JOIN taken_off AS t ON t.person = w.person
WHERE w.settlements > coalesce(t.settlements, 0)
