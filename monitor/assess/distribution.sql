-- How burden lies about the lines: 5-point bins of burden ÷ benchmark (÷ the line where there is no benchmark), of the
-- people each kind of rule covers. A bin holds edge < ratio ≤ edge + 5, as the lines are strict; 300 holds all above.
-- Below the floor nobody was looked at closely, so nothing is counted there. in: judged, known_people, floors; out: kind, percent, people
SELECT
    j.kind,
    CAST(least(greatest((ceil(j.burden * 20 / coalesce(j.benchmark, j.threshold)) - 1) * 5, 0), 300) AS INTEGER) AS percent,
    count(DISTINCT j.person) AS people
FROM judged AS j
JOIN known_people AS k ON k.person = j.person
JOIN floors AS f ON f.measure = j.measure
WHERE k.inside AND NOT k.deceased AND j.burden > f.amount
GROUP BY 1, 2
ORDER BY 1, 2
