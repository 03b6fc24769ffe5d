-- Whom the document recognises, in each named category: by an identity in force on as_of (a monitored one while its risk
-- is not marked eliminated), or by an application of the year that is granted or still open, for categories that are
-- helped on application. `anchor` is the day a look-back counts from where the schedule looks back before recognition.
-- in: identities, named(category, position), monitored(category), applied, by_application(category), aid_year
-- out: person, category, position, held, begin, applied_on, decided_on, outcome, anchor
WITH held AS (
    SELECT i.person, i.category, min(i.begin) AS begin
    FROM identities AS i
    CROSS JOIN aid_year AS y
    WHERE i.begin <= y.as_of
        AND (i.ended IS NULL OR i.ended >= y.as_of)
        AND NOT (coalesce(i.risk_eliminated, false) AND i.category IN (SELECT category FROM monitored))
    GROUP BY i.person, i.category
),
applying AS (
    SELECT a.* FROM applied AS a SEMI JOIN by_application AS b ON b.category = a.category
),
together AS (
    SELECT
        coalesce(h.person, a.person) AS person, coalesce(h.category, a.category) AS category,
        h.person IS NOT NULL AS held, h.begin, a.applied_on, a.decided_on, coalesce(a.outcome, '') AS outcome
    FROM held AS h
    FULL JOIN applying AS a ON a.person = h.person AND a.category = h.category
)
SELECT
    t.person, t.category, n.position, t.held,
    coalesce(t.begin, CASE WHEN t.outcome = 'granted' THEN coalesce(t.decided_on, t.applied_on) END) AS begin,
    t.applied_on, t.decided_on, t.outcome,
    CASE WHEN t.outcome = 'granted' THEN coalesce(t.decided_on, t.applied_on) ELSE t.begin END AS anchor
FROM together AS t
JOIN named AS n ON n.category = t.category
WHERE t.held OR t.outcome IN ('granted', 'pending')
