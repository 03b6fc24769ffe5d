-- Settlements with a disease of the bureau's childhood list, of people a schedule would give more for it; by code, or by
-- name where the list gives no code. in: theirs, childhood_diseases, windows, schedules; out: person, day, disease
SELECT DISTINCT t.person, t.care_day AS day, d.dise_name AS disease
FROM theirs AS t
JOIN childhood_diseases AS d
    ON t.dise_codg = d.dise_codg OR (coalesce(d.dise_codg, '') = '' AND t.dise_name = d.dise_name)
SEMI JOIN (
    SELECT w.person FROM windows AS w JOIN schedules AS s ON s.entry = w.entry
    WHERE s.extra_points > 0 OR s.extra_points_missing <> ''
) AS w ON w.person = t.person
