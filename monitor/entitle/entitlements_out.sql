-- The result as kept: same rows, same order, same bytes. in: entitlements
SELECT * FROM entitlements ORDER BY person
