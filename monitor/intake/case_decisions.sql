-- One chunk of case decisions (一事一议): typed, judged, flagged. In: the view raw (scrubbed text). Out: the table cleaned.
--
-- Strict in everything that becomes money; nothing (0) is a decision, too, and takes back an earlier record of the same
-- person and day. A decision without its paper is kept and flagged.

WITH typed AS (
    SELECT
        line,
        number_cell,
        text_of(certno) AS certno_text,
        eighteen_digits(certno) AS whole,
        body_of(text_of(certno), eighteen_digits(certno), true) AS body,
        text_of(psn_name) AS psn_name,
        decided_on AS decided_text,
        moment_parts(decided_on) AS decided_parts,
        moment_from(moment_parts(decided_on)) AS decided,
        text_of(kind) AS kind_text,
        CASE
            WHEN regexp_full_match(kind, '(?i)case_discussion|一事一议|一事一议救助|集体研究') THEN 'case_discussion'
        END AS kind,
        amount AS amount_text,
        money_of(amount) AS amount,
        text_of(paper) AS paper
    FROM raw
),
judged AS (
    SELECT
        *,
        normal_certno(certno_text, body) AS certno,
        wrong_sum(certno_text, whole, body) AS bad_sum
    FROM typed
),
weighed AS (
    SELECT
        *,
        number_cell OR coalesce(is_destroyed(certno_text), false) OR (bad_sum AND certno_text LIKE '%000') AS destroyed,
        totals_column([
            {'column': 'certno', 'text': certno},
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
            CASE WHEN certno IS NULL THEN 'certno:missing_person' END,
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
    certno,
    psn_name,
    decided::DATE AS decided_on,
    kind,
    amount,
    paper,
    CASE
        WHEN len(found) = 0 THEN found
        WHEN totals IS NOT NULL THEN [totals || ':totals_row']
        ELSE found
    END AS reasons,
    list_filter(string_split(concat_ws(' ',
        CASE WHEN bad_sum AND NOT destroyed THEN 'wrong_checksum' END,
        CASE WHEN NOT destroyed AND NOT is_day(body // 1000 % 100000000) THEN 'impossible_birth_date' END,
        CASE WHEN NOT destroyed AND NOT is_province(body // 1000000000000000) THEN 'unknown_region_prefix' END,
        CASE WHEN body IS NOT NULL AND strlen(certno_text) = 15 THEN 'converted_from_15' END,
        CASE WHEN body IS NULL AND certno IS NOT NULL AND NOT destroyed THEN 'not_resident_number' END,
        CASE WHEN amount = 0 THEN 'zero_decision' END,
        CASE WHEN paper IS NULL THEN 'decision_without_paper' END
    ), ' '), lambda flag: flag <> '') AS flags
FROM reasoned
