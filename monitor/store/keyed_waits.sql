-- Of a chunk's keys those of the rows set apart. in: keyed, repeats(line)
SELECT k.* FROM keyed AS k SEMI JOIN repeats AS r ON r.line = k.line
