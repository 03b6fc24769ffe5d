-- Every settlement of the people asked for, counted or not and why, with the running sums of the four measures in
-- order of time and then setl_id (bytes). in: near_settlements, left_out, period, asked(stored, person)
-- out: one row a settlement of the window, or of any time when asked for by explain (`period` says so)
WITH theirs AS (
    SELECT
        a.person, s.batch, s.line, s.setl_id, s.setl_time, s.psn_part_amt, s.maf_pay, s.fulamt_ownpay_amt,
        s.overlmt_selfpay, s.preselfpay_amt, s.fulamt_ownpay_amt + s.overlmt_selfpay + s.preselfpay_amt AS outside,
        CASE
            WHEN s.setl_time < p.first OR s.setl_time >= p.past THEN 'outside_window'
            WHEN l.why IS NOT NULL THEN l.why
            WHEN s.vali_flag = '0' THEN 'void'
            WHEN NOT s.counts THEN 'refund_flag'
            ELSE ''
        END AS left_out_because
    FROM near_settlements AS s
    JOIN asked AS a ON a.stored = s.person
    CROSS JOIN period AS p
    LEFT JOIN left_out AS l ON l.batch = s.batch AND l.line = s.line
),
amounts AS (
    SELECT
        * EXCLUDE (outside),
        CASE WHEN left_out_because = '' THEN burden_before_aid_of(psn_part_amt, maf_pay) ELSE 0 END AS burden_before_aid,
        CASE WHEN left_out_because = '' THEN burden_after_aid_of(psn_part_amt) ELSE 0 END AS burden_after_aid,
        CASE WHEN left_out_because = '' THEN in_policy_before_aid_of(psn_part_amt, maf_pay, outside) ELSE 0 END AS in_policy_before_aid,
        CASE WHEN left_out_because = '' THEN in_policy_after_aid_of(psn_part_amt, outside) ELSE 0 END AS in_policy_after_aid
    FROM theirs
)
SELECT
    *,
    sum(burden_before_aid) OVER o AS running_burden_before_aid,
    sum(burden_after_aid) OVER o AS running_burden_after_aid,
    sum(in_policy_before_aid) OVER o AS running_in_policy_before_aid,
    sum(in_policy_after_aid) OVER o AS running_in_policy_after_aid,
    row_number() OVER o AS position
FROM amounts
WINDOW o AS (PARTITION BY person ORDER BY setl_time, setl_id, batch, line ROWS UNBOUNDED PRECEDING)
