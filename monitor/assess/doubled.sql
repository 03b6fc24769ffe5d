-- The copies that do not count: decided to be the same settlement, or, where the bureau's rule is so, not decided on.
-- in: copies, looked_through, not_counted(batch, line); out: as left_out
SELECT
    c.batch, c.line, 'duplicate' AS why, c.setl_time, s.person, true AS counts, c.psn_part_amt, c.maf_pay,
    c.fulamt_ownpay_amt + c.overlmt_selfpay + c.preselfpay_amt AS outside_policy
FROM copies AS c
SEMI JOIN not_counted AS n ON n.batch = c.batch AND n.line = c.line
JOIN looked_through AS s ON s.batch = c.batch AND s.line = c.line
