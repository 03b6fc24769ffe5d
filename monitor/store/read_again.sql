-- Settlements of bytes that were loaded before and are read again by other tables of codes, whose key is another one now since their
-- district is known: the earlier row is outdated by the later, or the bill would count twice. What confirmed_outdated gives.
-- in: again (rows of the earlier loads), again_outdated(batch, line), parts (of this load)
SELECT
    old.batch, old.line, new.batch AS by_batch, new.line AS by_line,
    old.setl_time, old.person, old.counts, old.psn_part_amt, old.maf_pay,
    old.fulamt_ownpay_amt + old.overlmt_selfpay + old.preselfpay_amt AS outside_policy
FROM again AS old
JOIN parts AS new ON new.line = old.line AND new.setl_id = old.setl_id
ANTI JOIN again_outdated AS o ON o.batch = old.batch AND o.line = old.line
WHERE old.insu_admdvs IS DISTINCT FROM new.insu_admdvs
