-- Entitled by identity and not on the list, counted by reason. in: premium_held, premium_best, registered_people
WITH aside AS (
    SELECT h.person, r.person IS NULL AS deceased, coalesce(r.insutype, '') AS insutype,
        coalesce(r.insu_admdvs, '') = '' AS unplaced
    FROM (SELECT DISTINCT person FROM premium_held) AS h
    LEFT JOIN registered_people AS r ON r.person = h.person
    ANTI JOIN premium_best AS b ON b.person = h.person
)
SELECT
    count(*) FILTER (deceased) AS deceased,
    count(*) FILTER (NOT deceased AND insutype <> '' AND NOT starts_with(insutype, '39')) AS employees,
    count(*) FILTER (NOT deceased AND NOT unplaced AND (insutype = '' OR starts_with(insutype, '39'))) AS elsewhere,
    count(*) FILTER (NOT deceased AND unplaced AND (insutype = '' OR starts_with(insutype, '39'))) AS unplaced
FROM aside
