-- People over a line who are listed apart and never flagged: deceased, insured outside the document's region, or
-- covered by no rule; one row a person. in: judged, not_covered, known_people; out: as alerts, with reason
WITH compared AS (
    SELECT *, false AS by_no_rule FROM judged
    UNION ALL
    SELECT *, true AS by_no_rule FROM not_covered
),
listed AS (
    SELECT
        c.* EXCLUDE (by_no_rule),
        k.insutype, k.insu_admdvs, k.town,
        CASE WHEN k.deceased THEN 'deceased' WHEN NOT k.inside THEN 'outside_region' ELSE 'no_rule' END AS reason,
        row_number() OVER (PARTITION BY c.person ORDER BY c.threshold, c.rule, c.region_prefix) AS choice
    FROM compared AS c
    JOIN known_people AS k ON k.person = c.person
    WHERE c.burden > c.threshold AND (k.deceased OR NOT k.inside OR c.by_no_rule)
)
SELECT
    person, rule, kind, category, insutype, insu_admdvs, town, measure, burden, benchmark, benchmark_year, multiple,
    threshold, burden - threshold AS excess, reason, provisional
FROM listed
WHERE choice = 1
ORDER BY reason, excess DESC, person
