-- Who is who: every stored key (of a number or a psn_no) that stands under another person's. Whatever names a person, in any table, goes
-- through this; a key that is not here is its own person.
-- in: other_numbers(stored, person), registered_numbers(stored, person), joined(stored, person); out: stored, person
SELECT stored, person FROM other_numbers
UNION ALL
SELECT r.stored, coalesce(j.person, r.person)
FROM registered_numbers AS r
LEFT JOIN joined AS j ON j.stored = r.person
ANTI JOIN joined AS own ON own.stored = r.stored
