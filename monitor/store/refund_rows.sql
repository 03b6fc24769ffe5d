-- Whole rows, as stored, of the members of such refunds and of loose reversals, unless an earlier load has kept them.
-- in: settlements (the loads concerned), kept_rows(batch, line), kept_before(batch, line); out: settlements' columns
SELECT s.*
FROM settlements AS s
SEMI JOIN kept_rows AS k ON k.batch = s.batch AND k.line = s.line
ANTI JOIN kept_before AS b ON b.batch = s.batch AND b.line = s.line
