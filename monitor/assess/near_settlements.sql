-- The settlements that are looked at one by one: of people above the lowest line of a measure (whoever is over is among
-- them), and of those whose scheme or region only their settlements tell. One pass instead of one for each step.
-- All of theirs: the later steps look at day and `counts` themselves, and reading those two columns of everybody to leave
-- out a hundredth of a few people's rows takes longer than the rows do.
-- What lies outside the policy is read only where a line is measured inside it: each column of thirty million rows costs a
-- tenth of this step.
-- in: candidates, lines, registered, numbers_resolved, settlements, variable in_policy
-- out: settlements' columns the later steps read
WITH lowest AS (
    SELECT measure, min(threshold) AS threshold FROM lines GROUP BY measure
),
people AS (
    SELECT c.person
    FROM candidates AS c
    LEFT JOIN registered AS r ON r.person = c.person
    WHERE r.insutype IS NULL OR r.insu_admdvs IS NULL
        OR EXISTS (
            SELECT 1 FROM lowest AS f
            WHERE measured(
                f.measure, c.burden_before_aid, c.burden_after_aid,
                c.in_policy_before_aid, c.in_policy_after_aid
            ) > f.threshold
        )
),
stored AS (
    SELECT person FROM people
    UNION
    SELECT n.stored FROM numbers_resolved AS n SEMI JOIN people AS p ON p.person = n.person
)
SELECT
    s.batch, s.line, s.person, s.setl_id, s.setl_time, s.insutype, s.insu_admdvs, s.psn_part_amt, s.maf_pay,
    CASE WHEN getvariable('in_policy') THEN s.fulamt_ownpay_amt END AS fulamt_ownpay_amt,
    CASE WHEN getvariable('in_policy') THEN s.overlmt_selfpay END AS overlmt_selfpay,
    CASE WHEN getvariable('in_policy') THEN s.preselfpay_amt END AS preselfpay_amt,
    NULL::VARCHAR AS vali_flag, s.counts
FROM settlements AS s
SEMI JOIN stored AS t ON t.person = s.person
