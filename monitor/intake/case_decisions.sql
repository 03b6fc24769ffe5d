-- One chunk of case decisions (一事一议): typed, judged, flagged. In: the view raw (scrubbed text). Out: the table cleaned.
--
-- Strict in everything that becomes money; nothing (0) is a decision, too, and takes back an earlier record of the same
-- person and day. A decision without its paper is kept and flagged.
-- by hand: certno, decided_on, kind, amount

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
        decided_on AS decided_text,
        moment_parts(decided_on) AS decided_parts,
        moment_from(moment_parts(decided_on)) AS decided,
        text_of(kind) AS kind_text,
        CASE
            WHEN regexp_full_match(kind, '(?i)case_discussion|一事一议|一事一议救助|集体研究') THEN 'case_discussion'
        END AS kind,
        amount AS amount_text,
        money_of(amount) AS amount
    FROM raw
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
            {'column': 'kind', 'text': kind_text},
            {'column': 'paper', 'text': paper}
        ]) AS totals
    FROM judged
),
reasoned AS (
    SELECT
        *,
        list_filter(string_split(concat_ws(' ',
            'certno:' || nobody_reason(certno_cell, certno),
            CASE WHEN destroyed THEN 'certno:destroyed_number' END,
            CASE WHEN coalesce(trim(decided_text), '') IN ('', '-') THEN 'decided_on:missing_date' END,
            'decided_on:' || moment_reason(nullif(trim(decided_text), '-'), decided_parts, decided),
            CASE WHEN kind IS NULL THEN 'kind:unknown_kind' END,
            CASE
                WHEN regexp_full_match(amount_text, '-{0,2}') THEN 'amount:missing_amount'
                WHEN amount IS NULL THEN 'amount:' || money_reason(amount_text)
                WHEN amount < 0 THEN 'amount:negative_amount'
            END
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
    decided::DATE AS decided_on,
    kind,
    amount,
    reasons_of(found, totals) AS reasons,
    list_filter(string_split(concat_ws(' ',
        number_flags(certno_text, body, certno, bad_sum, destroyed, true),
        CASE WHEN is_serial(decided_text) THEN 'serial_date' END,
        CASE WHEN after_load(decided) THEN 'after_load' END,
        CASE WHEN amount = 0 THEN 'zero_decision' END,
        CASE WHEN paper IS NULL THEN 'decision_without_paper' END
    ), ' '), lambda flag: flag <> '') AS flags
FROM reasoned
