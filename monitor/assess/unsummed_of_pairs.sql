-- Of the rows nobody has added up, those of the keys asked about. in: unsummed, numbers_resolved
SELECT u.person, u.setl_time, u.counts, u.psn_part_amt, u.maf_pay, u.fulamt_ownpay_amt, u.overlmt_selfpay, u.preselfpay_amt
FROM unsummed AS u
SEMI JOIN numbers_resolved AS n ON n.stored = u.person
