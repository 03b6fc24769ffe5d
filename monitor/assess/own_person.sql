-- The person a key stands under. in: wanted(person), numbers_resolved; out: one row
SELECT coalesce(n.person, w.person) AS person FROM wanted AS w LEFT JOIN numbers_resolved AS n ON n.stored = w.person
