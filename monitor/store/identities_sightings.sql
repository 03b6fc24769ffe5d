-- Combinations of number and name in the accepted rows of a chunk. in: accepted
SELECT person, NULL::DECIMAL(38, 0) AS psn, name, max(line) AS line
FROM accepted
GROUP BY person, name
