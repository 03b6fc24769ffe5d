-- The current reversals that name no original, with whose they are; one that was itself given back is a refund of its own.
-- in: refund_rows, outdated, refund_pairs, numbers_resolved
WITH once AS (
    SELECT DISTINCT ON (batch, line) batch, line, setl_time, psn_part_amt, coalesce(maf_pay, 0) AS maf_pay, medfee_sumamt, person
    FROM refund_rows
    WHERE refd_setl_flag = '1' AND init_setl_id IS NULL AND coalesce(vali_flag, '1') <> '0'
        AND CASE WHEN psn_part_amt + coalesce(maf_pay, 0) <> 0 THEN psn_part_amt + coalesce(maf_pay, 0)
            ELSE coalesce(medfee_sumamt, 0) END < 0
)
SELECT s.* REPLACE (coalesce(n.person, s.person) AS person)
FROM once AS s
ANTI JOIN outdated AS o ON o.batch = s.batch AND o.line = s.line
ANTI JOIN refund_pairs AS p ON p.batch = s.batch AND p.line = s.line
LEFT JOIN numbers_resolved AS n ON n.stored = s.person
