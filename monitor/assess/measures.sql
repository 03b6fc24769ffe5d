-- The four measures: what each is made of, and which of them a line asks for. A macro is put into the
-- statement that names it before that is planned: it costs nothing.
-- `psn_part` is already net of `maf`; `outside` is what lies outside the policy: fully self-paid, over the limit, paid first.
CREATE OR REPLACE MACRO burden_before_aid_of(psn_part, maf) AS psn_part + maf;
CREATE OR REPLACE MACRO burden_after_aid_of(psn_part) AS psn_part;
CREATE OR REPLACE MACRO in_policy_before_aid_of(psn_part, maf, outside) AS psn_part + maf - outside;
CREATE OR REPLACE MACRO in_policy_after_aid_of(psn_part, outside) AS psn_part - outside;
-- The amount in the measure that is asked for.
CREATE OR REPLACE MACRO measured(measure, before_aid, after_aid, in_policy_before, in_policy_after) AS
    CASE measure
        WHEN 'burden_before_aid' THEN before_aid
        WHEN 'burden_after_aid' THEN after_aid
        WHEN 'in_policy_before_aid' THEN in_policy_before
        WHEN 'in_policy_after_aid' THEN in_policy_after
    END;
