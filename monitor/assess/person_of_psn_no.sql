-- Whose psn_no this is: the identity number's key where one was ever shown with it, else its own.
-- in: all_sightings(person, psn, batch, line), wanted
SELECT coalesce(arg_max(s.person, (s.batch, s.line)) FILTER (s.person IS NOT NULL), s.psn) AS person
FROM all_sightings AS s
SEMI JOIN wanted AS w ON w.person = s.psn
GROUP BY s.psn
