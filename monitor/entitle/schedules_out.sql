-- The schedules taken for each person, in cents: a person's rows sum to their entitlement. Assistance recorded alone and decisions
-- of single cases stand with the schedule that leads. in: taken, entitlements; out: one row a person and schedule
SELECT
    t.person, t.category, t.route, t.schedule, row_number() OVER (PARTITION BY t.person ORDER BY t.leads DESC, t.entry, t.schedule) AS place,
    t.first AS "from", t.past - 1 AS "to", t.settlements, t.eligible, CAST(t.deductible AS DECIMAL(20, 8)) AS deductible, t.ratio,
    CASE WHEN NOT t.cap_unlimited THEN CAST(t.cap AS DECIMAL(18, 2)) END AS cap,
    t.aid_cents AS aid, CASE WHEN t.has_tilt THEN CAST(t.tilt_threshold AS DECIMAL(20, 8)) END AS tilt_threshold,
    CASE WHEN t.has_tilt THEN t.tilt_ratio END AS tilt_ratio,
    CASE WHEN t.has_tilt AND NOT t.tilt_cap_unlimited THEN CAST(t.tilt_cap AS DECIMAL(18, 2)) END AS tilt_cap,
    t.tilt_cents AS tilt, CASE WHEN t.leads THEN e.decided END AS decided,
    CAST(t.given_cents + CASE WHEN t.leads THEN coalesce(e.decided, 0) ELSE 0 END AS DECIMAL(18, 2)) AS expected,
    CAST(t.actual + CASE WHEN t.leads THEN e.recorded ELSE 0 END AS DECIMAL(18, 2)) AS actual,
    CAST(t.eligible - t.given_cents AS DECIMAL(18, 2)) AS remaining,
    CASE WHEN t.leads OR t.missing <> '' THEN e.bound ELSE 'exact' END AS bound
FROM taken AS t
JOIN entitlements AS e ON e.person = t.person AND e.expected IS NOT NULL
ORDER BY t.person, place
