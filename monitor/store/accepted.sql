-- The rows of a chunk that are new or supersede. in: keyed, verdicts
SELECT k.* FROM keyed AS k SEMI JOIN (SELECT ref FROM verdicts WHERE NOT duplicate) AS v ON v.ref = k.ref
