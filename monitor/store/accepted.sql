-- The rows of a chunk that are new or supersede. in: rows_in, verdicts
SELECT r.*
FROM rows_in AS r
SEMI JOIN (SELECT ref FROM verdicts WHERE NOT duplicate) AS v ON v.ref = (r.batch::BIGINT << 40) + r.line
ORDER BY r.line
