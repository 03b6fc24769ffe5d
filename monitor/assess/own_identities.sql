-- One person's identities. in: identities, wanted
SELECT i.* FROM identities AS i SEMI JOIN wanted AS w ON w.person = i.person
