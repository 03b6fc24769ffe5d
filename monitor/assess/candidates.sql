-- Persons worth a closer look: above half of the lowest line (the overview's distribution starts there), or listed by
-- the predecessor. The floors are variables and not a table because whoever lies below is then dropped before
-- anything is joined; a measure without a floor (NULL) calls nobody.
-- in: persons, followed(person), variables floor_burden_before_aid, floor_burden_after_aid,
-- floor_in_policy_before_aid, floor_in_policy_after_aid; out: persons' columns
SELECT p.*
FROM persons AS p
WHERE p.burden_before_aid > getvariable('floor_burden_before_aid')
    OR p.burden_after_aid > getvariable('floor_burden_after_aid')
    OR p.in_policy_before_aid > getvariable('floor_in_policy_before_aid')
    OR p.in_policy_after_aid > getvariable('floor_in_policy_after_aid')
UNION
SELECT p.*
FROM persons AS p
SEMI JOIN followed AS f ON f.person = p.person
