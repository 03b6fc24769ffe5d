-- The four measures of every person (POLICY.md, "Words"). A settlement's psn_part_amt is already net of maf_pay;
-- acct_pay is the person's own money and stays in.
-- in: sums, numbers_resolved, resolved; out: person, four measures in yuan, settlements
WITH combined AS (
    SELECT s.person, s.psn_part, s.maf, s.outside_policy, s.settlements
    FROM sums AS s
    ANTI JOIN numbers_resolved AS n ON n.psn = s.person
    ANTI JOIN resolved AS r ON r.person = s.person
    UNION ALL
    SELECT person, psn_part, maf, outside_policy, settlements
    FROM resolved
)
SELECT
    person,
    CAST(psn_part + maf AS DECIMAL(18, 2)) AS burden_before_aid,
    CAST(psn_part AS DECIMAL(18, 2)) AS burden_after_aid,
    CAST(psn_part + maf - outside_policy AS DECIMAL(18, 2)) AS in_policy_before_aid,
    CAST(psn_part - outside_policy AS DECIMAL(18, 2)) AS in_policy_after_aid,
    CAST(settlements AS BIGINT) AS settlements
FROM combined
