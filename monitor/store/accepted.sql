-- The rows of a chunk that are new or supersede. in: verdicts
SELECT * FROM verdicts WHERE NOT duplicate
