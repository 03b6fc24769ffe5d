-- The first settlement at which the running sum was over the line. in: over, traced; out: person, rule, crossed_on, crossing_setl_id
SELECT
    o.person, o.rule,
    arg_min(CAST(t.setl_time AS DATE), t.position) AS crossed_on,
    arg_min(t.setl_id, t.position) AS crossing_setl_id
FROM over AS o
JOIN traced AS t ON t.person = o.person
WHERE t.left_out_because = ''
    AND measured(
        o.measure, t.running_burden_before_aid, t.running_burden_after_aid,
        t.running_in_policy_before_aid, t.running_in_policy_after_aid
    ) > o.threshold
GROUP BY o.person, o.rule
