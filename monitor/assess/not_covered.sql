-- Candidates whom no rule covers, against the line DECISIONS.md names for them: people with a named category against
-- the document's lowest line, ordinary people outside the ordinary rule's scheme against that rule's line.
-- in: known_people, statuses, judged, relaxed(status, region_prefix, …line); out: as judged
SELECT
    k.person, x.rule, x.kind, x.measure, x.region_prefix, x.benchmark, x.benchmark_year, x.multiple, x.threshold,
    x.provisional, s.category,
    measured(
        x.measure, k.burden_before_aid, k.burden_after_aid,
        k.in_policy_before_aid, k.in_policy_after_aid
    ) AS burden
FROM known_people AS k
ANTI JOIN judged AS j ON j.person = k.person
JOIN (SELECT person, arg_min(category, position) AS category FROM statuses GROUP BY person) AS s ON s.person = k.person
JOIN (
    SELECT *, row_number() OVER (PARTITION BY status, region_prefix ORDER BY threshold, rule) AS choice FROM relaxed
) AS x ON x.choice = 1
    AND x.status = CASE WHEN s.category = 'ordinary' THEN 'ordinary' ELSE 'named' END
    AND (starts_with(k.insu_admdvs, x.region_prefix) OR NOT k.inside)
