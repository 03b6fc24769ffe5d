-- What makes two stored keys one person: an officer's word; else the register's, where the two numbers do not say another birth
-- date or sex (a number with a wrong check character says nothing) and no officer has put them apart.
-- in: decided(one, other, together), pairs, contrary(one, other); out: one, other, decided
SELECT one, other, true AS decided FROM decided WHERE together
UNION
SELECT p.one, p.other, false
FROM pairs AS p
ANTI JOIN decided AS d ON d.one = p.one AND d.other = p.other
ANTI JOIN contrary AS c ON c.one = p.one AND c.other = p.other
WHERE p.by_register
