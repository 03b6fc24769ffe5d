-- One person's settlements. in: settlements, own_keys
SELECT s.* FROM settlements AS s SEMI JOIN own_keys AS k ON k.stored = s.person
