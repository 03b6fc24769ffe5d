-- One person's of netted. in: netted, own_keys
SELECT n.* FROM netted AS n SEMI JOIN own_keys AS k ON k.stored = n.person
