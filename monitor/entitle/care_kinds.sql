-- Which med_type of the window's care is which kind: the longest prefix wins. in: care, care_prefixes(prefix, care)
SELECT m.med_type, arg_max(p.care, length(p.prefix)) AS care
FROM (SELECT DISTINCT med_type FROM care) AS m
JOIN care_prefixes AS p ON starts_with(m.med_type, p.prefix)
GROUP BY m.med_type
