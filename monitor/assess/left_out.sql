-- Rows that do not count although they look as if they did: superseded by a later version, or given back by reversals that are
-- themselves current; and stored rows in whose place another settlement counts (netted: what is left of a refund).
-- in: outdated, refund_pairs, netted, loose_pairs, perhaps_refunded
-- out: batch, line, why, and what they would have added, one row each
WITH listed AS (
    SELECT
        batch, line, 'superseded' AS why, setl_time, person, counts, psn_part_amt, maf_pay, outside_policy
    FROM outdated
    UNION ALL
    SELECT
        r.batch, r.line, CASE WHEN n.batch IS NULL THEN 'refunded' ELSE 'partly_refunded' END, r.setl_time, r.person, r.counts,
        r.psn_part_amt, r.maf_pay, r.outside_policy
    FROM refund_pairs AS r
    LEFT JOIN netted AS n ON n.batch = r.batch AND n.line = -r.line
    UNION ALL
    SELECT p.batch, p.line, 'refunded', p.setl_time, p.person, p.counts, p.psn_part_amt, p.maf_pay, p.outside_policy
    FROM perhaps_refunded AS p
    SEMI JOIN loose_pairs AS l ON l.batch = p.batch AND l.line = p.line
    UNION ALL
    SELECT n.batch, -n.line, 'counted_with_sign', n.setl_time, n.person, false, n.psn_part_amt, n.maf_pay, 0
    FROM netted AS n
    SEMI JOIN loose_pairs AS l ON l.counted AND l.by_batch = n.batch AND l.by_line = -n.line
)
SELECT
    batch, line, min(why) AS why, any_value(setl_time) AS setl_time, any_value(person) AS person,
    any_value(counts) AS counts, any_value(psn_part_amt) AS psn_part_amt, any_value(maf_pay) AS maf_pay,
    any_value(outside_policy) AS outside_policy
FROM listed
GROUP BY batch, line
