-- Assistance itself, exact to the last digit (docs/ARCHITECTURE.md, "Assistance"): aid = min(cap, ratio × max(0, eligible − deductible)); tilt =
-- min(its cap, its ratio × what qualifying care leaves after aid beyond its threshold). Of several schedules basic aid is
-- together at most the highest cap, and tilts the highest tilt cap, of the categories somebody held in the year; what pays apart has its
-- own. `gained`: what is due besides what the year before paid for bills that get the difference; where this year's cap is reached without
-- them, that is all, and what was paid then comes off nothing. `missing`: what the amount hangs on that nobody told us.
-- in: own_aids, shares; out: own_aids + ord (1, 2, … of the ways to share a cap) and amounts
WITH ways AS (
    SELECT DISTINCT person, combination, ord FROM shares WHERE NOT apart
),
aided AS (
    SELECT
        o.*, coalesce(w.ord, 1) AS ord, coalesce(s.net, o.own_net) AS net_aid, coalesce(s.net + s.credited, o.own_aid) AS aid
    FROM own_aids AS o
    LEFT JOIN ways AS w ON w.person = o.person AND w.combination = o.combination
    LEFT JOIN shares AS s ON s.person = o.person AND s.combination = o.combination AND s.schedule = o.schedule AND (s.apart OR s.ord = w.ord)
),
left_over AS (
    SELECT
        *,
        aid < full_aid AS cap_reached,
        CAST(greatest(qualifying - least(aid_before + net_aid, qualifying_limit) - tilt_threshold, 0) AS DECIMAL(24, 12)) AS tilt_base
    FROM aided
),
tilted AS (
    SELECT
        *,
        CASE
            WHEN NOT has_tilt THEN CAST(0 AS DECIMAL(30, 16))
            WHEN tilt_cap_unlimited THEN CAST(tilt_ratio * tilt_base AS DECIMAL(30, 16))
            ELSE CAST(least(tilt_cap, tilt_ratio * tilt_base) AS DECIMAL(30, 16))
        END AS own_tilt,
        CASE
            WHEN NOT has_tilt THEN CAST(0 AS DECIMAL(30, 16))
            WHEN tilt_cap_unlimited THEN CAST(greatest(tilt_ratio * tilt_base - tilt_before, 0) AS DECIMAL(30, 16))
            ELSE CAST(least(tilt_cap, greatest(tilt_ratio * tilt_base - tilt_before, 0)) AS DECIMAL(30, 16))
        END AS own_net_tilt
    FROM left_over
),
-- Nearly everybody has one tilt, which is nobody else's to share.
several AS (
    SELECT person, combination, apart
    FROM own_aids
    WHERE has_tilt AND tilt_most IS NOT NULL
    GROUP BY person, combination, apart
    HAVING count(*) > 1
),
filling AS (
    SELECT t.*, CAST(sum(own_tilt) OVER upto AS DECIMAL(30, 16)) AS filled, CAST(sum(own_net_tilt) OVER upto AS DECIMAL(30, 16)) AS net_filled
    FROM tilted AS t
    SEMI JOIN several AS s ON s.person = t.person AND s.combination = t.combination AND s.apart = t.apart
    WINDOW upto AS (PARTITION BY t.person, t.combination, t.ord, t.apart ORDER BY t.position, t.schedule ROWS UNBOUNDED PRECEDING)
),
whole AS (
    SELECT t.*, t.own_tilt AS tilt, t.own_net_tilt AS net_tilt
    FROM tilted AS t
    ANTI JOIN several AS s ON s.person = t.person AND s.combination = t.combination AND s.apart = t.apart
    UNION ALL
    SELECT
        * EXCLUDE (filled, net_filled),
        CAST(least(tilt_most, filled) - least(tilt_most, filled - own_tilt) AS DECIMAL(30, 16)),
        CAST(least(tilt_most, net_filled) - least(tilt_most, net_filled - own_net_tilt) AS DECIMAL(30, 16))
    FROM filling
)
SELECT
    *,
    has_tilt AND tilt < CAST(tilt_ratio * tilt_base AS DECIMAL(30, 16)) AS tilt_cap_reached,
    net_aid + net_tilt AS gained,
    CASE
        WHEN figures_missing <> '' THEN figures_missing
        ELSE concat_ws(
            '；',
            CASE WHEN unset <> '' THEN unset END,
            CASE WHEN marks_missing <> '' AND (aid < full_aid OR (hoped AND aid > ordinary_cap)) THEN marks_missing END,
            CASE WHEN points_missing <> '' AND (
                hoped OR (full_aid > 0 AND ratio < 1 AND (cap_unlimited OR aid < cap))
                OR (has_tilt AND tilt_base > 0 AND tilt_ratio < 1 AND (tilt_cap_unlimited OR tilt < tilt_cap))
            ) THEN points_missing END
        )
    END AS missing
FROM whole
