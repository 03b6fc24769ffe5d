-- Assistance itself, exact to the last digit (POLICY.md): aid = min(cap, ratio × max(0, eligible − deductible)); tilt =
-- min(its cap, its ratio × what qualifying care leaves after aid beyond its threshold). Of several schedules basic aid is
-- together at most the highest cap, and tilts the highest tilt cap, of the categories somebody held in the year; schedules fill
-- it in order; what pays apart has its own. What hangs on an input nobody told us is given as without it, at least (`missing`
-- says what it is): the ordinary cap of somebody who is over it, the plain ratio of somebody who may be one of the listed
-- children. in: pooled, windows, schedules, marked(person), children(person, schedule), perhaps_children(person, schedule),
-- inputs_lacking; out: pooled + figures used and amounts
WITH figures AS (
    SELECT
        e.*, s.category, s.apart, s.route, s.deductible, s.cap_unlimited, s.has_tilt, s.tilt_threshold, s.tilt_cap,
        s.tilt_cap_unlimited,
        c.person IS NOT NULL AS child,
        m.person IS NOT NULL AND s.cap_serious IS NOT NULL AS serious,
        CASE WHEN m.person IS NOT NULL AND s.cap_serious IS NOT NULL THEN s.cap_serious ELSE s.cap END AS cap,
        CAST(least(s.ratio + CASE WHEN c.person IS NOT NULL AND s.extra_on_ratio THEN s.extra_points ELSE 0 END, 1)
            AS DECIMAL(5, 4)) AS ratio,
        CAST(least(s.tilt_ratio + CASE WHEN c.person IS NOT NULL AND s.extra_on_tilt THEN s.extra_points ELSE 0 END, 1)
            AS DECIMAL(5, 4)) AS tilt_ratio,
        s.missing AS figures_missing, CASE WHEN s.cap_serious IS NOT NULL THEN n.serious_illness ELSE '' END AS marks_missing,
        CASE
            WHEN c.person IS NOT NULL THEN s.extra_points_missing
            WHEN p.person IS NOT NULL THEN n.childhood_diseases
            ELSE ''
        END AS points_missing
    FROM pooled AS e
    JOIN schedules AS s ON s.entry = e.entry
    CROSS JOIN inputs_lacking AS n
    LEFT JOIN marked AS m ON m.person = e.person
    LEFT JOIN children AS c ON c.person = e.person AND c.schedule = e.schedule
    LEFT JOIN perhaps_children AS p ON p.person = e.person AND p.schedule = e.schedule
),
limits AS (
    -- Of all the categories held, taken or not: null is no limit.
    SELECT
        w.person, s.apart,
        CASE WHEN bool_or(s.cap_unlimited AND s.missing = '') THEN NULL
            ELSE max(CASE WHEN m.person IS NOT NULL AND s.cap_serious IS NOT NULL THEN s.cap_serious ELSE s.cap END)
        END AS most,
        CASE WHEN bool_or(s.has_tilt AND s.tilt_cap_unlimited) THEN NULL ELSE max(s.tilt_cap) END AS tilt_most
    FROM windows AS w
    JOIN schedules AS s ON s.entry = w.entry
    SEMI JOIN (SELECT person, category FROM stretches) AS d ON d.person = w.person AND d.category = w.category
    LEFT JOIN marked AS m ON m.person = w.person
    GROUP BY w.person, s.apart
),
own AS (
    SELECT
        f.*, l.most, l.tilt_most,
        CAST(f.ratio * CAST(greatest(f.eligible - f.deductible, 0) AS DECIMAL(20, 8)) AS DECIMAL(24, 12)) AS full_aid,
        CAST(f.ratio * CAST(greatest(f.qualifying - f.deductible, 0) AS DECIMAL(20, 8)) AS DECIMAL(24, 12)) AS full_qualifying_aid
    FROM figures AS f
    JOIN limits AS l ON l.person = f.person AND l.apart = f.apart
),
capped AS (
    SELECT *, CASE WHEN cap_unlimited THEN full_aid ELSE CAST(least(cap, full_aid) AS DECIMAL(24, 12)) END AS own_aid FROM own
),
running AS (
    SELECT
        *,
        CAST(sum(own_aid) OVER (
            PARTITION BY person, combination, apart ORDER BY position, schedule ROWS UNBOUNDED PRECEDING
        ) AS DECIMAL(24, 12)) AS filled
    FROM capped
),
aided AS (
    SELECT
        *,
        CASE WHEN most IS NULL THEN own_aid
            ELSE CAST(least(most, filled) - least(most, filled - own_aid) AS DECIMAL(24, 12))
        END AS aid
    FROM running
),
left_over AS (
    SELECT
        *,
        aid < full_aid AS cap_reached,
        CAST(greatest(qualifying - least(aid, full_qualifying_aid) - tilt_threshold, 0) AS DECIMAL(24, 12)) AS tilt_base
    FROM aided
),
tilted AS (
    SELECT
        *,
        CASE
            WHEN NOT has_tilt THEN CAST(0 AS DECIMAL(30, 16))
            WHEN tilt_cap_unlimited THEN CAST(tilt_ratio * tilt_base AS DECIMAL(30, 16))
            ELSE CAST(least(tilt_cap, tilt_ratio * tilt_base) AS DECIMAL(30, 16))
        END AS own_tilt
    FROM left_over
),
tilts_running AS (
    SELECT
        *,
        CAST(sum(own_tilt) OVER (
            PARTITION BY person, combination, apart ORDER BY position, schedule ROWS UNBOUNDED PRECEDING
        ) AS DECIMAL(30, 16)) AS tilt_filled
    FROM tilted
),
whole AS (
    SELECT
        *,
        CASE WHEN tilt_most IS NULL OR NOT has_tilt THEN own_tilt
            ELSE CAST(least(tilt_most, tilt_filled) - least(tilt_most, tilt_filled - own_tilt) AS DECIMAL(30, 16))
        END AS tilt
    FROM tilts_running
)
SELECT
    *,
    has_tilt AND tilt < CAST(tilt_ratio * tilt_base AS DECIMAL(30, 16)) AS tilt_cap_reached,
    CASE
        WHEN figures_missing <> '' THEN figures_missing
        WHEN marks_missing <> '' AND cap_reached THEN marks_missing
        WHEN points_missing <> '' AND (full_aid > 0 OR tilt_base > 0) THEN points_missing
        ELSE ''
    END AS missing
FROM whole
