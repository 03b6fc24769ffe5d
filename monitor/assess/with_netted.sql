-- The stored settlements and those that count in the place of some. in: stored_settlements, netted
SELECT * FROM stored_settlements
UNION ALL BY NAME
SELECT * FROM netted
