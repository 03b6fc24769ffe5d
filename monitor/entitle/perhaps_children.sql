-- Without the childhood-disease list: whose ratio it could raise, by schedule: who had care before the birthday the points end
-- on. Nobody where the list is there. in: stretches, windows, schedules, theirs, grown_up(person, under_age, grown_on),
-- inputs_lacking; out: person, schedule
SELECT DISTINCT w.person, w.schedule
FROM windows AS w
JOIN schedules AS s ON s.entry = w.entry
CROSS JOIN inputs_lacking AS n
JOIN stretches AS d ON d.person = w.person AND d.category = w.category
JOIN theirs AS t ON t.person = greatest(w.person, -1 - w.person) AND t.care_day >= d.first AND t.care_day < d.past
LEFT JOIN grown_up AS g ON g.person = t.person AND g.under_age = s.extra_under_age
WHERE n.childhood_diseases <> ''
    AND (s.extra_points_missing <> '' OR (s.extra_points > 0 AND (s.extra_on_ratio OR s.extra_on_tilt)))
    AND (s.extra_under_age IS NULL OR t.care_day < g.grown_on)
