-- 因病致贫重病患者: each seriously ill member against the test, (family income − household burden) ÷ months ÷ members below
-- the local dibao line. The comparison is a multiplication: nothing is divided, least of all by a number of members or a line
-- that is zero, negative or not given; such a household is listed with what is wrong. A household left with less than nothing
-- has nothing, and one with an income of 0 too: the text asks whether that is below the line, and it is.
-- in: household_members, member_burdens, marked(person), excluded(category), identities, aid_year,
-- recognition(months, marks_known)
-- out: one row a seriously ill member
WITH together AS (
    SELECT
        household, income_year, max(members) AS members, max(family_income) AS family_income, max(dibao_line) AS dibao_line,
        count(DISTINCT members) + count(DISTINCT family_income) + count(DISTINCT dibao_line) > 3
            OR count(members) NOT IN (0, count(*)) OR count(family_income) NOT IN (0, count(*))
            OR count(dibao_line) NOT IN (0, count(*)) AS differing,
        count(*) AS listed
    FROM household_members
    GROUP BY household, income_year
),
burdens AS (
    SELECT h.household, CAST(coalesce(sum(b.burden), 0) AS DECIMAL(18, 2)) AS burden
    FROM household_members AS h
    LEFT JOIN member_burdens AS b ON b.person = h.person
    GROUP BY h.household
),
held AS (
    SELECT DISTINCT i.person
    FROM identities AS i
    SEMI JOIN excluded AS e ON e.category = i.category
    CROSS JOIN aid_year AS y
    WHERE i.begin <= y.as_of AND (i.ended IS NULL OR i.ended >= y.as_of)
),
ill AS (
    SELECT
        h.person, h.household, h.local_hukou, h.property_ok, t.income_year, t.members, t.family_income, t.dibao_line,
        t.differing, t.listed, b.burden, m.person IS NOT NULL AS marked, e.person IS NOT NULL AS excluded, r.months, r.marks_known,
        coalesce(o.burden, 0) AS own_burden,
        CASE
            WHEN t.differing THEN 'differing'
            WHEN t.members IS NULL THEN 'no_members'
            WHEN t.members <= 0 THEN 'bad_members'
            WHEN t.family_income IS NULL THEN 'no_income'
            WHEN t.family_income < 0 THEN 'bad_income'
            WHEN t.dibao_line IS NULL THEN 'no_line'
            WHEN t.dibao_line <= 0 THEN 'bad_line'
            ELSE ''
        END AS problem
    FROM household_members AS h
    JOIN together AS t ON t.household = h.household
    JOIN burdens AS b ON b.household = h.household
    LEFT JOIN member_burdens AS o ON o.person = h.person
    LEFT JOIN marked AS m ON m.person = h.person
    LEFT JOIN held AS e ON e.person = h.person
    CROSS JOIN recognition AS r
),
tested AS (
    SELECT
        *,
        CASE WHEN problem = '' THEN CAST(greatest(family_income - burden, 0) AS DECIMAL(18, 2)) END AS left_over,
        CASE WHEN problem = '' THEN greatest(family_income - burden, 0) < CAST(dibao_line AS DECIMAL(18, 2)) * (months * members) END
            AS below
    FROM ill
)
-- Without any marks told, whoever bore something in a household below its line is shown, not computable.
SELECT * FROM tested WHERE marked OR problem <> '' OR (NOT marks_known AND own_burden > 0 AND below)
