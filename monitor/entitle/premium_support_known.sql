-- What was paid for a person in the year of the list. in: payments, list_days; out: person, supported, insured
SELECT p.person, sum(coalesce(p.supported, 0)) AS supported, bool_or(p.insured) AS insured
FROM payments AS p
JOIN list_days AS d ON d.last
WHERE p.year = year(d.day)
GROUP BY p.person
