-- Combinations of number and name in the accepted rows of a chunk. in: accepted
SELECT person, psn, name, max(line) AS line
FROM accepted
GROUP BY person, psn, name
