-- The figures used for each person and schedule of theirs. What hangs on an input nobody told us is as without it: the ordinary cap of
-- somebody who may be over it, the plain ratio of somebody who may be one of the listed children. A double's (hoped.sql) are as good as what is
-- not known allows: marked, on the list, the points on both ratios, open figures at their best. `most`, `tilt_most`: the highest caps of
-- the categories somebody held in the year, taken or not; null is no limit. in: stretch_sums, standards, marked(person),
-- children(person, schedule), perhaps_children(person, schedule), inputs_lacking; out: one row a person and entry
WITH held AS (
    SELECT DISTINCT person, entry, schedule FROM stretch_sums
),
known AS (
    SELECT
        h.person, h.entry, s.category, s.apart, s.route, s.deductible, s.cap_unlimited, s.has_tilt, s.tilt_threshold, s.tilt_cap,
        s.tilt_cap_unlimited, s.missing AS figures_missing, s.unset, s.cap AS ordinary_cap, s.cap_serious, s.ratio, s.tilt_ratio,
        s.extra_points, s.extra_on_ratio, s.extra_on_tilt, s.extra_points_missing, s.hoped,
        s.cap_serious IS NOT NULL AND (m.person IS NOT NULL OR (s.hoped AND n.serious_illness <> '')) AS serious,
        c.person IS NOT NULL OR (s.hoped AND p.person IS NOT NULL) AS child,
        CASE WHEN s.cap_serious IS NOT NULL AND m.person IS NULL THEN n.serious_illness ELSE '' END AS marks_missing,
        concat_ws(
            '；',
            CASE WHEN p.person IS NOT NULL THEN n.childhood_diseases END,
            CASE WHEN c.person IS NOT NULL AND s.extra_points_missing <> '' THEN s.extra_points_missing END
        ) AS points_missing
    FROM held AS h
    JOIN standards AS s ON s.entry = h.entry AND s.hoped = (h.person < 0)
    CROSS JOIN inputs_lacking AS n
    LEFT JOIN marked AS m ON m.person = greatest(h.person, -1 - h.person)
    LEFT JOIN (SELECT person, schedule FROM children UNION SELECT least(person, -1 - person), schedule FROM children) AS c
        ON c.person = h.person AND c.schedule = h.schedule
    LEFT JOIN (SELECT person, schedule FROM perhaps_children UNION SELECT least(person, -1 - person), schedule FROM perhaps_children) AS p
        ON p.person = h.person AND p.schedule = h.schedule
),
used AS (
    SELECT
        * EXCLUDE (ratio, tilt_ratio, extra_points, extra_on_ratio, extra_on_tilt, extra_points_missing, cap_serious),
        CASE WHEN serious THEN cap_serious ELSE ordinary_cap END AS cap,
        CAST(least(ratio + CASE WHEN child AND (extra_on_ratio OR (hoped AND extra_points_missing <> '')) THEN extra_points ELSE 0 END, 1)
            AS DECIMAL(5, 4)) AS ratio,
        CAST(least(tilt_ratio + CASE WHEN child AND (extra_on_tilt OR (hoped AND extra_points_missing <> '')) THEN extra_points ELSE 0 END, 1)
            AS DECIMAL(5, 4)) AS tilt_ratio
    FROM known
),
limits AS (
    SELECT
        person, apart,
        CASE WHEN bool_or(cap_unlimited AND figures_missing = '') THEN NULL ELSE max(cap) END AS most,
        CASE WHEN bool_or(has_tilt AND tilt_cap_unlimited) THEN NULL ELSE max(tilt_cap) END AS tilt_most, max(unset) AS held_unset
    FROM used
    GROUP BY person, apart
)
SELECT u.*, l.most, l.tilt_most, l.held_unset
FROM used AS u
JOIN limits AS l ON l.person = u.person AND l.apart = u.apart
