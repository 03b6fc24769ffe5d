-- The stored keys of one person: their own and those of psn_no the register gives them. in: wanted, register
SELECT w.person AS stored FROM wanted AS w
UNION
SELECT r.psn FROM register AS r SEMI JOIN wanted AS w ON w.person = r.person WHERE r.psn IS NOT NULL
