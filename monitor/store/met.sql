-- The keys of the rows to be written now. in: keyed, repeats(line)
SELECT k.* FROM keyed AS k ANTI JOIN repeats AS r ON r.line = k.line
