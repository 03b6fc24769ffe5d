-- One person's settlements under one of their stored keys. in: settlements, variable own_key
SELECT s.* FROM settlements AS s WHERE s.person = getvariable('own_key')
