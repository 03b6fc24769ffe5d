-- Assistance recorded alone, beside no bill, of the year. (That of the year before, on days a later recognition reaches, is counted
-- with the bills it gives the difference on: stretch_sums.sql.) in: theirs, care_of, aid_year(first); out: person, recorded
SELECT t.person, CAST(sum(t.maf_pay) AS DECIMAL(18, 2)) AS recorded
FROM theirs AS t
JOIN care_of AS c ON c.med_type = t.med_type AND c.care = 'assistance_record'
CROSS JOIN aid_year AS y
WHERE t.care_day >= y.first
GROUP BY t.person
