-- What kind of care each med_type is: the longest prefix of the bureau's table wins; '' where it knows none.
-- in: theirs, care_prefixes(prefix, care); out: med_type, care
SELECT m.med_type, coalesce(arg_max(c.care, length(c.prefix)), '') AS care
FROM (SELECT DISTINCT med_type FROM theirs) AS m
LEFT JOIN care_prefixes AS c ON starts_with(m.med_type, c.prefix)
GROUP BY m.med_type
