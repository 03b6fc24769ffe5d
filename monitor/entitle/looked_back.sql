-- How far back each recognised category's schedules look: the first day that counts where an application or a
-- recognition of the year moves the window, else the first of January (then no row).
-- in: recognised, schedules, look_backs(window_kind, months, day, first); out: person, category, entry, since
SELECT r.person, r.category, s.entry, min(b.first) AS since
FROM recognised AS r
JOIN schedules AS s ON s.category = r.category
JOIN look_backs AS b ON b.window_kind = s.window_kind AND b.months = s.look_back_months
    AND b.day = CASE WHEN s.window_kind = 'before_recognition' THEN r.anchor ELSE r.applied_on END
WHERE s.window_kind = 'before_recognition' OR r.outcome IN ('granted', 'pending')
GROUP BY r.person, r.category, s.entry
