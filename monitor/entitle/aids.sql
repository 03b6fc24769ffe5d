-- Assistance itself, exact to the last digit (POLICY.md): aid = min(cap, ratio × max(0, eligible − deductible)); tilt =
-- min(its cap, its ratio × what qualifying care leaves after aid beyond its threshold). Rows that share a cap fill it in
-- order. What hangs on an input nobody told us is not computed: the cap of somebody who is over the ordinary one, the ratio of
-- somebody who may be one of the listed children. in: eligibles, schedules, marked(person), children(person, entry),
-- perhaps_children(person, entry), inputs_lacking; out: eligibles + figures used and amounts
WITH figures AS (
    SELECT
        e.*, s.schedule, s.apart, s.route, s.deductible, s.cap_unlimited, s.has_tilt, s.tilt_threshold, s.tilt_cap,
        s.tilt_cap_unlimited, s.shared_cap,
        c.person IS NOT NULL AS child,
        m.person IS NOT NULL AND s.cap_serious IS NOT NULL AS serious,
        CASE WHEN m.person IS NOT NULL AND s.cap_serious IS NOT NULL THEN s.cap_serious ELSE s.cap END AS cap,
        CAST(least(s.ratio + CASE WHEN c.person IS NOT NULL AND s.extra_on_ratio THEN s.extra_points ELSE 0 END, 1)
            AS DECIMAL(5, 4)) AS ratio,
        CAST(least(s.tilt_ratio + CASE WHEN c.person IS NOT NULL AND s.extra_on_tilt THEN s.extra_points ELSE 0 END, 1)
            AS DECIMAL(5, 4)) AS tilt_ratio,
        CASE WHEN s.missing <> '' THEN s.missing WHEN c.person IS NOT NULL THEN s.extra_points_missing ELSE '' END AS figures_missing,
        CASE WHEN s.cap_serious IS NOT NULL THEN n.serious_illness ELSE '' END AS marks_missing,
        CASE WHEN p.person IS NOT NULL THEN n.childhood_diseases ELSE '' END AS diseases_missing
    FROM eligibles AS e
    JOIN schedules AS s ON s.entry = e.entry
    CROSS JOIN inputs_lacking AS n
    LEFT JOIN marked AS m ON m.person = e.person
    LEFT JOIN children AS c ON c.person = e.person AND c.entry = e.entry
    LEFT JOIN perhaps_children AS p ON p.person = e.person AND p.entry = e.entry
),
uncapped AS (
    SELECT
        *,
        CAST(ratio * CAST(greatest(eligible - deductible, 0) AS DECIMAL(20, 8)) AS DECIMAL(24, 12)) AS full_aid,
        CAST(ratio * CAST(greatest(qualifying - deductible, 0) AS DECIMAL(20, 8)) AS DECIMAL(24, 12)) AS full_qualifying_aid
    FROM figures
),
running AS (
    SELECT
        *,
        CAST(sum(full_aid) OVER (
            PARTITION BY person, category, CASE WHEN shared_cap = '' THEN CAST(entry AS VARCHAR) ELSE shared_cap END
            ORDER BY entry ROWS UNBOUNDED PRECEDING
        ) AS DECIMAL(24, 12)) AS filled
    FROM uncapped
),
aided AS (
    SELECT
        *,
        CASE WHEN cap_unlimited THEN full_aid
            ELSE CAST(least(cap, filled) - least(cap, filled - full_aid) AS DECIMAL(24, 12))
        END AS aid,
        NOT cap_unlimited AND filled > cap AS cap_reached
    FROM running
),
left_over AS (
    SELECT *, CAST(greatest(qualifying - least(aid, full_qualifying_aid) - tilt_threshold, 0) AS DECIMAL(24, 12)) AS tilt_base
    FROM aided
)
SELECT
    *,
    CASE
        WHEN NOT has_tilt THEN CAST(0 AS DECIMAL(30, 16))
        WHEN tilt_cap_unlimited THEN CAST(tilt_ratio * tilt_base AS DECIMAL(30, 16))
        ELSE CAST(least(tilt_cap, tilt_ratio * tilt_base) AS DECIMAL(30, 16))
    END AS tilt,
    has_tilt AND NOT tilt_cap_unlimited AND tilt_ratio * tilt_base > tilt_cap AS tilt_cap_reached,
    CASE
        WHEN figures_missing <> '' THEN figures_missing
        WHEN marks_missing <> '' AND cap_reached THEN marks_missing
        WHEN diseases_missing <> '' AND (full_aid > 0 OR tilt_base > 0) THEN diseases_missing
        ELSE ''
    END AS missing
FROM left_over
