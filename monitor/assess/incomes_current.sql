-- in: facts (incomes), outdated; out: current figures in order of load, so that a later one wins
SELECT f.* FROM facts AS f ANTI JOIN outdated AS o ON o.batch = f.batch AND o.line = f.line ORDER BY f.batch, f.line
