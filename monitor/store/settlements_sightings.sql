-- Combinations of number and name in the accepted rows of a chunk. in: accepted
SELECT CASE WHEN by_psn_no THEN NULL ELSE person END AS person, psn, name, max(line) AS line
FROM accepted
GROUP BY CASE WHEN by_psn_no THEN NULL ELSE person END, psn, name
