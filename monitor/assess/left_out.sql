-- Rows that do not count although they look as if they did: superseded by a later version, or refunded by a reversal
-- that is itself current. in: outdated, refunded; out: batch, line, why, and what they would have added, one row each
WITH listed AS (
    SELECT
        batch, line, 'superseded' AS why, setl_time, person, counts, psn_part_amt, maf_pay, outside_policy
    FROM outdated
    UNION ALL
    SELECT
        r.batch, r.line, 'refunded', r.setl_time, r.person, r.counts, r.psn_part_amt, r.maf_pay, r.outside_policy
    FROM refunded AS r
    LEFT JOIN outdated AS reversal ON reversal.batch = r.by_batch AND reversal.line = r.by_line
    LEFT JOIN outdated AS original ON original.batch = r.batch AND original.line = r.line
    WHERE reversal.batch IS NULL AND original.batch IS NULL
)
SELECT
    batch, line, min(why) AS why, any_value(setl_time) AS setl_time, any_value(person) AS person,
    any_value(counts) AS counts, any_value(psn_part_amt) AS psn_part_amt, any_value(maf_pay) AS maf_pay,
    any_value(outside_policy) AS outside_policy
FROM listed
GROUP BY batch, line
