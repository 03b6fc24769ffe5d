-- Of a chunk's rows those set apart, and the good ones about the same people. in: who, repeats(line), rejected(line)
SELECT w.*
FROM who AS w
SEMI JOIN (
    SELECT w.once, w.again FROM who AS w SEMI JOIN repeats AS r ON r.line = w.line
) AS p ON p.once = w.once AND p.again = w.again
ANTI JOIN rejected AS r ON r.line = w.line
