-- Suspected duplicates (copies.sql) as far as the rows near a line tell, which have neither visit nor care type:
--   second, id   as there
--   day          the same day and amounts only: whether it is the same visit or institution the whole list says
-- in: near_settlements, left_out, numbers_resolved, period; out: a row a copy, with its first
WITH counted AS (
    SELECT
        coalesce(n.person, s.person) AS person, s.batch, s.line, s.setl_id, s.insu_admdvs, s.setl_time,
        CAST(s.setl_time AS DATE) AS day, s.psn_part_amt, coalesce(s.maf_pay, 0) AS maf_pay,
        coalesce(s.fulamt_ownpay_amt, 0) + coalesce(s.overlmt_selfpay, 0) + coalesce(s.preselfpay_amt, 0) AS outside_policy
    FROM near_settlements AS s
    CROSS JOIN period AS p
    LEFT JOIN numbers_resolved AS n ON n.stored = s.person
    ANTI JOIN left_out AS l ON l.batch = s.batch AND l.line = s.line
    WHERE s.counts AND s.line > 0 AND s.psn_part_amt + coalesce(s.maf_pay, 0) <> 0
        AND s.setl_time >= p.first AND s.setl_time < p.past
),
alike AS (
    SELECT person, day, psn_part_amt, maf_pay FROM counted GROUP BY ALL HAVING count(*) > 1
),
few AS (
    SELECT c.*
    FROM counted AS c
    SEMI JOIN alike AS a ON a.person = c.person AND a.day = c.day AND a.psn_part_amt = c.psn_part_amt AND a.maf_pay = c.maf_pay
)
SELECT
    c.person, c.setl_id, c.insu_admdvs, c.psn_part_amt, c.maf_pay, c.outside_policy,
    CASE
        WHEN c.setl_time = f.setl_time AND CAST(c.setl_time AS TIME) <> TIME '00:00:00' THEN 'second'
        WHEN least(length(c.setl_id), length(f.setl_id)) >= 4
            AND (ends_with(c.setl_id, f.setl_id) OR ends_with(f.setl_id, c.setl_id)) THEN 'id'
        ELSE 'day'
    END AS because
FROM few AS c
JOIN few AS f ON f.person = c.person AND f.day = c.day AND f.psn_part_amt = c.psn_part_amt AND f.maf_pay = c.maf_pay
    AND (f.batch < c.batch OR (f.batch = c.batch AND f.line < c.line))
QUALIFY row_number() OVER (PARTITION BY c.batch, c.line ORDER BY because = 'day', f.batch, f.line) = 1
