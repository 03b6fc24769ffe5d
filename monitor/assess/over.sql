-- Who is over: strictly greater, unrounded. in: judged, known_people; out: judged + the person's columns, flaggable only
SELECT j.*, k.insutype, k.insu_admdvs, k.town
FROM judged AS j
JOIN known_people AS k ON k.person = j.person
WHERE j.burden > j.threshold AND k.inside AND NOT k.deceased
