-- Bills of the year before that a later, better recognition reaches for the difference, and assistance recorded alone on days it reaches;
-- asked where the text gives the difference. in: weighed
-- out: person, stretch, entry, amount, paid, qualifies, record: one row a bill and schedule
SELECT person, stretch, entry, in_policy - taken_off AS amount, maf_pay AS paid, qualifies, why = 'record' AS record
FROM weighed
WHERE before AND why IN ('', 'record')
