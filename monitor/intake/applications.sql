-- One chunk of applications for assistance: typed, judged, flagged. In: the view raw (scrubbed text) and the table
-- category_codes (code, category). Out: the table cleaned.
--
-- Strict: who, as what, when and with what outcome decide what a person is due. Days are whole days (a month is no day
-- here: one document looks back twelve months from the date). A decision without its day is kept and flagged.
-- by hand: certno, category, applied_on, outcome, decided_on

WITH typed AS (
    SELECT
        line,
        -- columns: typed
        text_of(psn_name) AS psn_name,
        text_of(paper) AS paper,
        -- columns end
        number_cell,
        certno AS certno_cell,
        certno_of(certno) AS certno_text,
        eighteen_digits(certno) AS whole,
        body_of(certno_of(certno), eighteen_digits(certno), true) AS body,
        code_of(raw.category) AS category_text,
        category_codes.category AS category,
        applied_on AS applied_text,
        moment_parts(applied_on) AS applied_parts,
        moment_from(moment_parts(applied_on)) AS applied,
        is_serial(applied_on) OR is_serial(decided_on) AS serial,
        text_of(outcome) AS outcome_text,
        CASE
            WHEN regexp_full_match(outcome, '(?i)pending|待定|待审|待审批|待审核|待办|办理中|审核中|审批中|已受理') THEN 'pending'
            WHEN regexp_full_match(outcome, '(?i)granted|批准|已批准|准予|同意|通过|审批通过|审核通过') THEN 'granted'
            WHEN regexp_full_match(outcome, '(?i)refused|不予批准|未批准|不批准|不予|不同意|未通过|不通过|驳回') THEN 'refused'
        END AS outcome,
        nullif(nullif(trim(decided_on), ''), '-') AS decided_text,
        moment_parts(nullif(trim(decided_on), '-')) AS decided_parts,
        moment_from(moment_parts(nullif(trim(decided_on), '-'))) AS decided
    FROM raw
    LEFT JOIN category_codes ON category_codes.code = code_of(raw.category)
),
judged AS (
    SELECT
        *,
        normal_certno(certno_text, body, NULL) AS certno,
        wrong_sum(certno_text, whole, body) AS bad_sum
    FROM typed
),
weighed AS (
    SELECT
        *,
        is_lost(number_cell, certno_text, bad_sum) AS destroyed,
        totals_column([
            {'column': 'certno', 'text': certno_cell},
            {'column': 'psn_name', 'text': psn_name},
            {'column': 'category', 'text': category_text},
            {'column': 'outcome', 'text': outcome_text}
        ]) AS totals
    FROM judged
),
reasoned AS (
    SELECT
        *,
        list_filter(string_split(concat_ws(' ',
            'certno:' || nobody_reason(certno_cell, certno),
            CASE WHEN destroyed THEN 'certno:destroyed_number' END,
            CASE WHEN category_text IS NULL THEN 'category:missing_category' END,
            CASE WHEN category_text IS NOT NULL AND category IS NULL THEN 'category:unknown_category' END,
            CASE WHEN coalesce(trim(applied_text), '') IN ('', '-') THEN 'applied_on:missing_date' END,
            'applied_on:' || moment_reason(nullif(trim(applied_text), '-'), applied_parts, applied),
            CASE WHEN outcome IS NULL THEN 'outcome:unknown_outcome' END,
            'decided_on:' || moment_reason(decided_text, decided_parts, decided),
            CASE WHEN decided::DATE < applied::DATE THEN 'decided_on:decided_before_applied' END
        ), ' '), lambda reason: reason <> '') AS found
    FROM weighed
)
SELECT
    line,
    -- columns: cleaned
    psn_name,
    paper,
    -- columns end
    certno,
    category,
    applied::DATE AS applied_on,
    outcome,
    decided::DATE AS decided_on,
    reasons_of(found, totals) AS reasons,
    list_filter(string_split(concat_ws(' ',
        number_flags(certno_text, body, certno, bad_sum, destroyed, true),
        CASE WHEN serial THEN 'serial_date' END,
        CASE WHEN after_load(applied) OR after_load(decided) THEN 'after_load' END,
        CASE WHEN outcome <> 'pending' AND decided IS NULL THEN 'undated_decision' END,
        CASE WHEN outcome = 'pending' AND decided IS NOT NULL THEN 'decision_day_but_pending' END
    ), ' '), lambda flag: flag <> '') AS flags
FROM reasoned
