-- What the register says now of the shared psn_no and of the numbers shown with them. in: shared, register; out: psn, person
SELECT r.psn, r.person FROM register AS r SEMI JOIN shared AS s ON s.psn = r.psn WHERE r.person IS NOT NULL
UNION
SELECT r.psn, r.person FROM register AS r SEMI JOIN shared AS s ON s.stored = r.person
