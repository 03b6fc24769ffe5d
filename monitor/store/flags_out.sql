-- in: flagged; out: every flagged row once a flag
SELECT DISTINCT batch, line, flag FROM flagged ORDER BY batch, line, flag
