-- Whose birthday has to be known: people with a listed disease, and without the list everybody a schedule could give more
-- for one. in: childhood_cases, windows, schedules, inputs_lacking; out: person
SELECT person FROM childhood_cases
UNION
SELECT greatest(w.person, -1 - w.person)
FROM windows AS w
JOIN schedules AS s ON s.entry = w.entry
CROSS JOIN inputs_lacking AS n
WHERE n.childhood_diseases <> '' AND s.extra_under_age IS NOT NULL
