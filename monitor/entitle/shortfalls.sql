-- Who is due more than was paid, why, and since when: the first reason that applies is the one shown. A settlement
-- without assistance before the identity began was not identified in time, one after it not helped at the window.
-- Without any applications told, nobody can be said not to have applied.
-- in: entitlements, inputs_lacking; out: entitlements' columns + reason
SELECT
    e.*,
    CASE
        WHEN route = 'on_application' AND outcome = '' AND n.applications <> '' THEN 'application_unknown'
        WHEN route = 'on_application' AND outcome = '' THEN 'no_application'
        WHEN route = 'on_application' AND outcome IN ('pending', 'refused') THEN outcome
        WHEN unpaid_before > 0 AND unpaid_before >= unpaid - unpaid_before THEN 'not_identified'
        WHEN unpaid > 0 THEN 'not_settled'
        ELSE 'underpaid'
    END AS reason
FROM entitlements AS e
CROSS JOIN inputs_lacking AS n
WHERE shortfall > 0
ORDER BY shortfall DESC, person
