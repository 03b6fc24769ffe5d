-- What each institution's care came to. A stay is a visit with any inpatient cost: a settlement of assistance alone is none.
-- Nothing is divided here: an institution whose costs come to zero is listed.
-- in: care, assisted_care, care_kinds(med_type, care); out: one row an institution and level
WITH stays AS (
    SELECT c.code, c.known_as, c.hosp_lv, c.visit, sum(c.medfee_sumamt) AS cost
    FROM care AS c
    JOIN care_kinds AS k ON k.med_type = c.med_type AND k.care = 'inpatient'
    GROUP BY c.code, c.known_as, c.hosp_lv, c.visit
    HAVING sum(c.medfee_sumamt) > 0
),
stayed AS (
    SELECT code, known_as, hosp_lv, count(*) AS stays, CAST(sum(cost) AS DECIMAL(18, 2)) AS stay_cost
    FROM stays
    GROUP BY code, known_as, hosp_lv
),
sums AS (
    SELECT
        code, known_as, hosp_lv, max(name) AS name, min(nullif(name, '')) AS other_name,
        min(nullif(place, '')) AS place, max(nullif(place, '')) AS other_place, count(*) AS settlements,
        CAST(sum(maf_pay) AS DECIMAL(18, 2)) AS aid,
        CAST(sum(medfee_sumamt) AS DECIMAL(18, 2)) AS cost,
        CAST(sum(fulamt_ownpay_amt) AS DECIMAL(18, 2)) AS outside,
        CAST(sum(psn_part_amt) AS DECIMAL(18, 2)) AS own
    FROM care
    GROUP BY code, known_as, hosp_lv
)
SELECT
    s.code, s.name, s.other_name, s.hosp_lv, s.place, s.other_place, s.settlements, s.aid, s.cost, s.outside, s.own,
    coalesce(a.people, 0) AS assisted_people, a.cost AS assisted_cost, a.outside AS assisted_outside, a.own AS assisted_own,
    coalesce(t.stays, 0) AS stays, t.stay_cost
FROM sums AS s
LEFT JOIN assisted_care AS a ON a.code = s.code AND a.known_as = s.known_as AND a.hosp_lv = s.hosp_lv
LEFT JOIN stayed AS t ON t.code = s.code AND t.known_as = s.known_as AND t.hosp_lv = s.hosp_lv
ORDER BY s.code, s.name, s.hosp_lv
