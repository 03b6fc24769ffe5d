-- One person's applications. in: applications, wanted
SELECT a.* FROM applications AS a SEMI JOIN wanted AS w ON w.person = a.person
