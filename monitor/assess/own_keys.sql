-- The stored keys of one person: their own and those that stand under it. in: wanted, numbers_resolved; out: stored
SELECT person AS stored FROM wanted
UNION
SELECT n.stored FROM numbers_resolved AS n SEMI JOIN wanted AS w ON w.person = n.person
