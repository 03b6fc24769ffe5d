-- One person's settlements against each of their schedules, in order of time, with what the in-policy self-payment is made
-- of. in: weighed, settlements
SELECT w.*, s.psn_part_amt, s.fulamt_ownpay_amt, s.overlmt_selfpay, s.preselfpay_amt
FROM weighed AS w
JOIN settlements AS s ON s.batch = w.batch AND s.line = w.line
ORDER BY w.setl_time, w.setl_id, w.batch, w.line, w.entry
