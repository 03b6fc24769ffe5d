-- in: distribution
SELECT kind, percent, people FROM distribution ORDER BY kind, percent
