-- The one pass over the settlements: those that count, of recognised people, from the earliest day anybody's window
-- begins. `care_day`: the day whose identity decides, the settlement's; of a claim by hand, where the text counts it for the
-- invoice's year, the day it is for, also where it was settled after the time asked for. `perhaps_last_year`: one of which
-- only the settlement's day is known, in the half year in which last year's may come.
-- in: settlements, left_out, recognised, numbers_resolved, reach(first, past, claims_past), aid_terms(hand_claims)
-- out: one row a settlement: what assistance asks of it, amounts in yuan
WITH asked AS (
    SELECT DISTINCT person FROM recognised
),
stored AS (
    SELECT person AS stored, person FROM asked
    UNION ALL
    SELECT n.stored, n.person FROM numbers_resolved AS n SEMI JOIN asked AS a ON a.person = n.person
)
SELECT
    t.person, s.batch, s.line, s.setl_id, s.setl_time, CASE WHEN h.hand_claims THEN coalesce(s.claimed_for, CAST(s.setl_time AS DATE)) ELSE CAST(s.setl_time AS DATE) END AS care_day,
    h.hand_claims AND s.manl_reim_rea IS NOT NULL AND s.claimed_for IS NULL AND month(s.setl_time) <= 6 AS perhaps_last_year,
    s.insutype, s.insu_admdvs,
    s.fix_blng_admdvs, s.pay_loc, s.referred,
    coalesce(s.med_type, '') AS med_type, s.dise_codg, s.dise_name,
    in_policy_before_aid_of(
        s.psn_part_amt, s.maf_pay, s.fulamt_ownpay_amt + s.overlmt_selfpay + s.preselfpay_amt
    ) AS in_policy,
    s.maf_pay
FROM settlements AS s
JOIN stored AS t ON t.stored = s.person
CROSS JOIN reach AS r
CROSS JOIN aid_terms AS h
ANTI JOIN left_out AS l ON l.batch = s.batch AND l.line = s.line
WHERE s.counts AND s.setl_time >= r.first AND s.setl_time < r.claims_past
    AND (s.setl_time < r.past OR s.claimed_for < CAST(r.past AS DATE))
