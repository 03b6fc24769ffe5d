-- The current rows of the register. in: register_rows, register_outdated
SELECT f.* FROM register_rows AS f ANTI JOIN register_outdated AS o ON o.batch = f.batch AND o.line = f.line
