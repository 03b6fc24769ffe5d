-- One person's settlements under one of their stored keys. in: all_settlements, variable own_key
SELECT s.* FROM all_settlements AS s WHERE s.person = getvariable('own_key')
