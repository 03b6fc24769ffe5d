-- Settlements of one person on one day with the same amounts: among them are those counted twice. Amounts of zero are nobody's
-- burden. in: looked_through (settlements), left_out, numbers_resolved; out: whole rows, few columns, with their person
WITH counted AS (
    SELECT
        coalesce(n.person, s.person) AS person, s.batch, s.line, s.setl_id, s.insu_admdvs, s.setl_time,
        CAST(s.setl_time AS DATE) AS day, s.psn_part_amt, coalesce(s.maf_pay, 0) AS maf_pay, s.medfee_sumamt,
        s.fulamt_ownpay_amt, s.overlmt_selfpay, s.preselfpay_amt, s.mdtrt_id, s.med_type, s.fixmedins_code, s.fixmedins_name
    FROM looked_through AS s
    LEFT JOIN numbers_resolved AS n ON n.stored = s.person
    ANTI JOIN left_out AS l ON l.batch = s.batch AND l.line = s.line
    -- What is left of a refund (a line with a minus) is like nothing but itself.
    WHERE s.counts AND s.line > 0 AND s.psn_part_amt + coalesce(s.maf_pay, 0) <> 0
),
alike AS (
    SELECT person, day, psn_part_amt, maf_pay FROM counted GROUP BY ALL HAVING count(*) > 1
)
SELECT c.*
FROM counted AS c
SEMI JOIN alike AS a ON a.person = c.person AND a.day = c.day AND a.psn_part_amt = c.psn_part_amt AND a.maf_pay = c.maf_pay
