-- The four measures of every person (GLOSSARY.md, Measure). A settlement's psn_part_amt is already net of maf_pay;
-- acct_pay is the person's own money and stays in.
-- in: sums; out: person, four measures in yuan, settlements
SELECT
    person,
    CAST(burden_before_aid_of(psn_part, maf) AS DECIMAL(18, 2)) AS burden_before_aid,
    CAST(burden_after_aid_of(psn_part) AS DECIMAL(18, 2)) AS burden_after_aid,
    CAST(in_policy_before_aid_of(psn_part, maf, outside_policy) AS DECIMAL(18, 2)) AS in_policy_before_aid,
    CAST(in_policy_after_aid_of(psn_part, outside_policy) AS DECIMAL(18, 2)) AS in_policy_after_aid,
    settlements
FROM sums
