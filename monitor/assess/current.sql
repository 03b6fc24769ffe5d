-- The current rows of a fact table. in: facts, outdated_facts
SELECT f.* FROM facts AS f ANTI JOIN outdated_facts AS o ON o.batch = f.batch AND o.line = f.line
