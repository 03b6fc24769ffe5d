-- The settlements of the people whose duplicates somebody has decided on. in: every_settlement, decided_people(person),
-- numbers_resolved; out: settlements' columns
SELECT s.*
FROM every_settlement AS s
WHERE s.person IN (
    SELECT person FROM decided_people
    UNION
    SELECT n.stored FROM numbers_resolved AS n SEMI JOIN decided_people AS d ON d.person = n.person
    UNION
    SELECT o.stored
    FROM numbers_resolved AS n
    SEMI JOIN decided_people AS d ON d.person = n.stored
    JOIN numbers_resolved AS o ON o.person = n.person
    UNION
    SELECT n.person FROM numbers_resolved AS n SEMI JOIN decided_people AS d ON d.person = n.stored
)
