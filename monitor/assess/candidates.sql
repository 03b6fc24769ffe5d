-- Persons worth a closer look: above half of the lowest line (the overview's distribution starts there), or listed by
-- the predecessor. in: persons, floors(measure, amount), followed(person); out: persons' columns
WITH floor_of AS (
    SELECT
        min(amount) FILTER (measure = 'burden_before_aid') AS burden_before_aid,
        min(amount) FILTER (measure = 'burden_after_aid') AS burden_after_aid,
        min(amount) FILTER (measure = 'in_policy_before_aid') AS in_policy_before_aid,
        min(amount) FILTER (measure = 'in_policy_after_aid') AS in_policy_after_aid
    FROM floors
)
SELECT p.*
FROM persons AS p
CROSS JOIN floor_of AS f
WHERE p.burden_before_aid > f.burden_before_aid
    OR p.burden_after_aid > f.burden_after_aid
    OR p.in_policy_before_aid > f.in_policy_before_aid
    OR p.in_policy_after_aid > f.in_policy_after_aid
    OR p.person IN (SELECT person FROM followed)
