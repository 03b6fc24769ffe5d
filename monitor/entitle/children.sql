-- Who gets the childhood-disease points, by schedule: a settlement with a listed disease before the birthday they end on, on a
-- day the schedule can aid. in: stretches, windows, schedules, childhood_cases(person, day), grown_up(person, under_age, grown_on)
-- out: person, schedule
SELECT DISTINCT w.person, w.schedule
FROM windows AS w
JOIN schedules AS s ON s.entry = w.entry
JOIN stretches AS d ON d.person = w.person AND d.category = w.category
JOIN childhood_cases AS c ON c.person = greatest(w.person, -1 - w.person) AND c.day >= d.first AND c.day < d.past
LEFT JOIN grown_up AS g ON g.person = c.person AND g.under_age = s.extra_under_age
WHERE (s.extra_points > 0 OR s.extra_points_missing <> '') AND (s.extra_under_age IS NULL OR c.day < g.grown_on)
