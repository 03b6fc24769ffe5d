-- What the care of those people came to at the institution.
-- in: care, assisted, numbers_resolved(stored, person); out: one row an institution and level with anybody assisted
SELECT
    a.code, a.known_as, a.hosp_lv, count(DISTINCT a.person) AS people,
    CAST(sum(c.medfee_sumamt) AS DECIMAL(18, 2)) AS cost,
    CAST(sum(c.fulamt_ownpay_amt) AS DECIMAL(18, 2)) AS outside,
    CAST(sum(c.psn_part_amt) AS DECIMAL(18, 2)) AS own
FROM care AS c
LEFT JOIN numbers_resolved AS n ON n.stored = c.person
JOIN assisted AS a
    ON a.person = coalesce(n.person, c.person) AND a.code = c.code AND a.known_as = c.known_as AND a.hosp_lv = c.hosp_lv
GROUP BY a.code, a.known_as, a.hosp_lv
