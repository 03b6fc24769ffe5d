-- Each candidate against every line that applies to them: one row a person and rule, the category shown being the
-- first, in the table's order, of those that satisfy the rule. A person insured outside the document's region has no
-- line of their own and is held against the lowest, to be listed and never flagged.
-- in: known_people, statuses, population(rule, category, insutype_prefix), lines; out: person, rule, line, burden
WITH applying AS (
    SELECT
        k.person, l.rule, l.kind, l.measure, l.region_prefix, l.benchmark, l.benchmark_year, l.multiple, l.threshold,
        l.provisional, s.category, s.position,
        measured(
            l.measure, k.burden_before_aid, k.burden_after_aid,
            k.in_policy_before_aid, k.in_policy_after_aid
        ) AS burden
    FROM known_people AS k
    JOIN statuses AS s ON s.person = k.person
    JOIN population AS p ON p.category = s.category AND starts_with(k.insutype, p.insutype_prefix)
    JOIN lines AS l ON l.rule = p.rule
    WHERE starts_with(k.insu_admdvs, l.region_prefix) OR NOT k.inside
)
SELECT * EXCLUDE (position, choice)
FROM (
    SELECT *, row_number() OVER (PARTITION BY person, rule ORDER BY position, threshold, region_prefix) AS choice
    FROM applying
) AS ordered
WHERE choice = 1
