-- Persons worth a closer look: above half of the lowest line (the overview's distribution starts there), or listed by
-- the predecessor. in: persons, floors(measure, amount), followed(person); out: persons' columns
SELECT p.*
FROM persons AS p
WHERE EXISTS (
        SELECT 1 FROM floors AS f
        WHERE CASE f.measure
            WHEN 'burden_before_aid' THEN p.burden_before_aid
            WHEN 'burden_after_aid' THEN p.burden_after_aid
            WHEN 'in_policy_before_aid' THEN p.in_policy_before_aid
            WHEN 'in_policy_after_aid' THEN p.in_policy_after_aid
        END > f.amount
    )
    OR p.person IN (SELECT person FROM followed)
