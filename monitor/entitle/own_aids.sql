-- What each schedule gives by itself, exact to the last digit (docs/ARCHITECTURE.md, "Assistance"): aid = min(cap, ratio × max(0, eligible − deductible)); of
-- that `own_net` is due besides what the year before paid for bills that get the difference (before.sql), whose aid used that year's cap.
-- in: pooled, figures, before; out: pooled + figures used and amounts
WITH used AS (
    SELECT
        e.*, f.* EXCLUDE (person, entry), coalesce(b.paid_before, 0) AS paid_before, coalesce(b.aid_before, 0) AS aid_before,
        coalesce(b.qualifying_aid_before, 0) AS qualifying_aid_before, coalesce(b.tilt_before, 0) AS tilt_before,
        CAST(f.ratio * CAST(greatest(e.eligible - f.deductible, 0) AS DECIMAL(20, 8)) AS DECIMAL(24, 12)) AS full_aid,
        CAST(f.ratio * CAST(greatest(e.qualifying - f.deductible, 0) AS DECIMAL(20, 8)) AS DECIMAL(24, 12)) AS full_qualifying_aid
    FROM pooled AS e
    JOIN figures AS f ON f.person = e.person AND f.entry = e.entry
    LEFT JOIN before AS b ON b.person = e.person AND b.combination = e.combination AND b.schedule = e.schedule
)
SELECT
    *,
    CASE WHEN cap_unlimited THEN full_aid ELSE CAST(least(cap, full_aid) AS DECIMAL(24, 12)) END AS own_aid,
    CASE WHEN cap_unlimited THEN CAST(greatest(full_aid - aid_before, 0) AS DECIMAL(24, 12))
        ELSE CAST(least(cap, greatest(full_aid - aid_before, 0)) AS DECIMAL(24, 12))
    END AS own_net,
    -- Aid on qualifying care is no more than this; what the year before paid for such bills stays theirs.
    greatest(full_qualifying_aid, least(aid_before, qualifying_aid_before, qualifying)) AS qualifying_limit
FROM used
