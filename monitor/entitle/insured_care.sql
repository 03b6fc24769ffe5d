-- The settlements critical-illness insurance looks at: of the days somebody has the better terms (`tilted`: the identity of the
-- day of care), special drugs of everybody; all of the year's where everybody's terms are recorded (`everybody`). The base is in-policy
-- self-payment before any of the funds that pay later paid.
-- in: settlements, left_out, numbers_resolved, tilted_spells(person, first, past), drug_care(care), care_prefixes, added(…: which
-- funds are added back, which count as paid, everybody, by_sum: all but hifp_pay, as fund_pay_sumamt has it), aid_year; out: one row a settlement: base = in_policy + added
WITH kinds AS (
    SELECT m.med_type, arg_max(c.care, length(c.prefix)) AS care
    FROM (SELECT DISTINCT med_type FROM settlements) AS m
    JOIN care_prefixes AS c ON starts_with(m.med_type, c.prefix)
    GROUP BY m.med_type
),
asked AS (
    SELECT
        coalesce(n.person, s.person) AS person, t.person IS NOT NULL AS tilted, s.insutype, s.insu_admdvs, s.setl_time,
        s.setl_id, coalesce(k.care, 'other') AS care,
        in_policy_after_aid_of(
            s.psn_part_amt, s.fulamt_ownpay_amt + s.overlmt_selfpay + s.preselfpay_amt
        ) AS in_policy,
        CASE WHEN a.by_sum THEN coalesce(s.fund_pay_sumamt, 0) - coalesce(s.hifp_pay, 0)
            ELSE CASE WHEN a.maf_pay THEN s.maf_pay ELSE 0 END
                + CASE WHEN a.hifmi_pay THEN coalesce(s.hifmi_pay, 0) ELSE 0 END
                + CASE WHEN a.hifob_pay THEN coalesce(s.hifob_pay, 0) ELSE 0 END
                + CASE WHEN a.cvlserv_pay THEN coalesce(s.cvlserv_pay, 0) ELSE 0 END
                + CASE WHEN a.hifes_pay THEN coalesce(s.hifes_pay, 0) ELSE 0 END
                + CASE WHEN a.hifdm_pay THEN coalesce(s.hifdm_pay, 0) ELSE 0 END
                + CASE WHEN a.oth_pay THEN coalesce(s.oth_pay, 0) ELSE 0 END
        END AS added,
        CASE WHEN a.paid_hifmi THEN coalesce(s.hifmi_pay, 0) ELSE 0 END
            + CASE WHEN a.paid_hifob THEN coalesce(s.hifob_pay, 0) ELSE 0 END AS paid
    FROM settlements AS s
    LEFT JOIN kinds AS k ON k.med_type = s.med_type
    LEFT JOIN numbers_resolved AS n ON n.stored = s.person
    LEFT JOIN tilted_spells AS t
        ON t.person = coalesce(n.person, s.person) AND t.first <= CAST(s.setl_time AS DATE) AND t.past > CAST(s.setl_time AS DATE)
    CROSS JOIN added AS a
    CROSS JOIN aid_year AS y
    ANTI JOIN left_out AS l ON l.batch = s.batch AND l.line = s.line
    WHERE s.counts AND s.setl_time >= y.first AND s.setl_time < y.past
        AND (a.everybody OR t.person IS NOT NULL OR k.care IN (SELECT care FROM drug_care))
)
SELECT *, in_policy + added AS base FROM asked
