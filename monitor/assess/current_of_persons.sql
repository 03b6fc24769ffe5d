-- The current rows of a fact table about people, each under the person it is about. in: facts, outdated_facts, other_numbers
SELECT f.* REPLACE (coalesce(n.person, f.person) AS person)
FROM facts AS f
LEFT JOIN other_numbers AS n ON n.stored = f.person
ANTI JOIN outdated_facts AS o ON o.batch = f.batch AND o.line = f.line
