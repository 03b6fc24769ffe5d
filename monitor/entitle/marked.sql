-- Who has a serious-illness mark at some time of the year up to as_of. in: serious_illness, aid_year; out: person
SELECT DISTINCT m.person
FROM serious_illness AS m
CROSS JOIN aid_year AS y
WHERE m.marked_on <= y.as_of AND (m.ended_on IS NULL OR m.ended_on >= y.first)
