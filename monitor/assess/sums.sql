-- One pass over the window's settlements. A row counts when vali_flag is not 0, refd_setl_flag is not 1 (both settled
-- at import in `counts`) and it is neither superseded nor refunded.
-- in: settlements, left_out, period(first, past); out: one row a stored person key
SELECT
    s.person,
    sum(s.psn_part_amt) AS psn_part,
    sum(s.maf_pay) AS maf,
    sum(s.fulamt_ownpay_amt) AS fulamt_ownpay,
    sum(s.overlmt_selfpay) AS overlmt_selfpay,
    sum(s.preselfpay_amt) AS preselfpay,
    count(*) AS settlements
FROM settlements AS s
CROSS JOIN period AS p
ANTI JOIN left_out AS l ON l.batch = s.batch AND l.line = s.line
WHERE s.counts
    AND s.setl_time >= p.first
    AND s.setl_time < p.past
GROUP BY s.person
