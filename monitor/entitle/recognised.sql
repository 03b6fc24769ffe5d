-- Whom the document recognises, in each named category: by an identity in force on as_of (a monitored one while its risk
-- is not marked eliminated), or by an application of the year that is granted or still open, for categories that are
-- helped on application. `recognised` is the day of recognition as the list says it, else the first day in force. `anchor`
-- is the day a look-back counts from where the schedule looks back before recognition: that of a granted application, else
-- of a recognition made or taking effect in the year; an earlier one moved its own year's window (then null).
-- in: identities, named(category, position), monitored(category), applied, by_application(category), aid_year
-- out: person, category, position, held, begin, recognised, recognised_told, applied_on, decided_on, outcome, anchor
WITH held AS (
    SELECT
        i.person, i.category, min(i.begin) AS begin, min(coalesce(i.recognised, i.begin)) AS recognised,
        bool_or(i.recognised IS NOT NULL) AS recognised_told
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
        h.person IS NOT NULL AS held, h.begin, h.recognised, coalesce(h.recognised_told, false) AS recognised_told,
        a.applied_on, a.decided_on, coalesce(a.outcome, '') AS outcome
    FROM held AS h
    FULL JOIN applying AS a ON a.person = h.person AND a.category = h.category
)
SELECT
    t.person, t.category, n.position, t.held,
    coalesce(t.begin, CASE WHEN t.outcome = 'granted' THEN coalesce(t.decided_on, t.applied_on) END) AS begin,
    t.recognised, t.recognised_told, t.applied_on, t.decided_on, t.outcome,
    CASE
        WHEN t.outcome = 'granted' THEN coalesce(t.decided_on, t.applied_on)
        WHEN greatest(t.begin, t.recognised) >= y.first THEN t.recognised
    END AS anchor
FROM together AS t
JOIN named AS n ON n.category = t.category
CROSS JOIN aid_year AS y
WHERE t.held OR t.outcome IN ('granted', 'pending')
