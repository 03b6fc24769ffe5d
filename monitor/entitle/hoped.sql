-- What somebody could be by an application nobody told us of. Their double stands beside them, under the number −1 − theirs (a double's
-- is below zero, and greatest(number, −1 − number) is the person's): the same person as good as what is not known allows. Here everything
-- they are, and every category that is helped on application as granted on the first day of the year, since no other day's application
-- reaches further. Nobody has one where the applications are there; nor who has no more bills than the deductible, or had an identity as
-- good on all their days.
-- in: inputs_lacking(applications), entitled_people, document_region, standards, category_terms, look_backs, spans, recognised,
-- theirs, no_worse(category, than, region_prefix), aid_year; out: spans' columns, one row a double, category and span
WITH bills AS (
    SELECT t.person, min(t.care_day) AS since, max(t.care_day) AS until, sum(greatest(t.in_policy, 0)) AS amount
    FROM theirs AS t
    CROSS JOIN inputs_lacking AS n
    WHERE n.applications <> ''
    GROUP BY t.person
    HAVING sum(greatest(t.in_policy, 0)) > (SELECT min(deductible) FROM standards WHERE hoped AND route = 'on_application')
),
asked AS (
    SELECT DISTINCT p.person, p.insu_admdvs, s.category, s.deductible, coalesce(b.first, y.first) AS first, b.day
    FROM (
        SELECT p.person, CASE WHEN p.insu_admdvs = '' THEN g.prefix ELSE p.insu_admdvs END AS insu_admdvs
        FROM entitled_people AS p
        SEMI JOIN bills AS b ON b.person = p.person
        CROSS JOIN document_region AS g
    ) AS p
    JOIN standards AS s ON starts_with(p.insu_admdvs, s.region_prefix)
    JOIN category_terms AS t ON t.category = s.category
    CROSS JOIN aid_year AS y
    LEFT JOIN look_backs AS b ON b.window_kind = t.window_kind AND b.months = t.months AND b.day = y.first
    WHERE s.hoped AND s.route = 'on_application' AND (s.past IS NULL OR s.past > y.first)
),
as_good AS (
    SELECT a.person, a.category
    FROM asked AS a
    JOIN bills AS b ON b.person = a.person
    JOIN no_worse AS w ON w.than = a.category AND starts_with(a.insu_admdvs, w.region_prefix)
    JOIN spans AS s ON s.person = a.person AND s.category = w.category AND s.first <= b.since AND s.past > b.until
),
better AS (
    SELECT DISTINCT a.person
    FROM asked AS a
    JOIN bills AS b ON b.person = a.person AND b.amount > a.deductible
    ANTI JOIN as_good AS g ON g.person = a.person AND g.category = a.category
)
SELECT -1 - s.person AS person, s.category, s.first, s.past, s.begin, s.reached_from
FROM spans AS s
SEMI JOIN better AS h ON h.person = s.person
UNION ALL
SELECT -1 - a.person, a.category, a.first, y.past, coalesce(r.begin, y.past), a.day
FROM asked AS a
SEMI JOIN better AS h ON h.person = a.person
CROSS JOIN aid_year AS y
LEFT JOIN recognised AS r ON r.person = a.person AND r.category = a.category
