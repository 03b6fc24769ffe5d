-- The current rows of a list from which an entry can be taken off again. in: facts, outdated_facts
SELECT f.* EXCLUDE (listed)
FROM facts AS f
ANTI JOIN outdated_facts AS o ON o.batch = f.batch AND o.line = f.line
WHERE f.listed
