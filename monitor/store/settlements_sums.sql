-- What a load's settlements of a year come to, by stored person key: those that count by themselves, superseded and refunded
-- ones too (a run takes those off). in: parts (of this load), variable year_first; out: as assess/sums.sql
SELECT
    person,
    CAST(sum(psn_part_amt) AS DECIMAL(18, 2)) AS psn_part,
    CAST(sum(maf_pay) AS DECIMAL(18, 2)) AS maf,
    CAST(sum(fulamt_ownpay_amt + overlmt_selfpay + preselfpay_amt) AS DECIMAL(18, 2)) AS outside_policy,
    CAST(count(*) AS INTEGER) AS settlements
FROM parts
WHERE counts
    AND setl_time >= getvariable('year_first')
    AND setl_time < getvariable('year_first') + INTERVAL 1 YEAR
GROUP BY person
