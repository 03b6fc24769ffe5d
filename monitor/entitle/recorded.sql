-- Assistance recorded alone, beside no bill: what was paid in the year; and, where a bill of last year that a later recognition
-- reaches gets the difference, what was recorded then on the days it reaches.
-- in: theirs, care_of, aid_year(first), aid_terms, stretches; out: person, recorded
SELECT t.person, CAST(sum(t.maf_pay) AS DECIMAL(18, 2)) AS recorded
FROM theirs AS t
JOIN care_of AS c ON c.med_type = t.med_type AND c.care = 'assistance_record'
CROSS JOIN aid_year AS y
CROSS JOIN aid_terms AS a
LEFT JOIN (SELECT DISTINCT person, stretch, first, past FROM stretches) AS d
    ON d.person = t.person AND t.care_day >= d.first AND t.care_day < d.past
WHERE t.care_day >= y.first OR (a.reaching = 'difference' AND d.person IS NOT NULL)
GROUP BY t.person
