-- Who may be admitted without a deposit (先诊疗后付费) on a day: everybody who holds one of the categories the text names, under the
-- first of them in the vocabulary's order, with the first and the last day of that identity where an end is known.
-- in: identity_spells, identities, offered(category, position), list_day(day), registered_people, document_region(prefix)
-- out: one row a person; aside: deceased, elsewhere (insured outside the document's region), or empty: on the list
WITH dead AS (
    SELECT person, min(coalesce(ended, DATE '0001-01-01')) AS ended FROM identities WHERE died GROUP BY person
),
held AS (
    SELECT s.person, s.category, o.position, min(s.first) AS since, max(s.past) AS past
    FROM identity_spells AS s
    JOIN offered AS o ON o.category = s.category
    CROSS JOIN list_day AS d
    WHERE s.first <= d.day AND s.past > d.day
    GROUP BY s.person, s.category, o.position
),
chosen AS (
    SELECT *, row_number() OVER (PARTITION BY person ORDER BY position) AS choice FROM held
)
SELECT
    c.person, c.category, c.since,
    CASE WHEN c.past < DATE '9999-01-01' THEN (c.past - INTERVAL 1 DAY)::DATE END AS until,
    coalesce(r.insutype, '') AS insutype, coalesce(r.insu_admdvs, '') AS insu_admdvs, coalesce(r.town, '') AS town,
    coalesce(r.in_register, false) AS in_register,
    CASE
        WHEN r.person IS NULL OR x.ended < d.day THEN 'deceased'
        WHEN r.insu_admdvs <> '' AND NOT starts_with(r.insu_admdvs, g.prefix) THEN 'elsewhere'
        ELSE ''
    END AS aside
FROM chosen AS c
CROSS JOIN list_day AS d
CROSS JOIN document_region AS g
LEFT JOIN registered_people AS r ON r.person = c.person
LEFT JOIN dead AS x ON x.person = c.person
WHERE c.choice = 1
