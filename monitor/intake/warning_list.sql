-- One chunk of the province's own warning list: typed and judged. In: the view raw (scrubbed text). Out: the table cleaned.

WITH typed AS (
    SELECT
        line,
        number_cell,
        certno AS certno_cell,
        certno_of(certno) AS certno_text,
        eighteen_digits(certno) AS whole,
        body_of(certno_of(certno), eighteen_digits(certno), true) AS body,
        text_of(psn_name) AS psn_name,
        text_of(kind) AS kind,
        nullif(nullif(burden, ''), '-') AS amount_text
    FROM raw
),
judged AS (
    SELECT
        *,
        normal_certno(certno_text, body, NULL) AS certno,
        wrong_sum(certno_text, whole, body) AS bad_sum,
        CASE WHEN amount_text IS NOT NULL THEN money_of(amount_text) END AS burden
    FROM typed
),
weighed AS (
    SELECT
        *,
        is_lost(number_cell, certno_text, bad_sum) AS destroyed,
        totals_column([
            {'column': 'certno', 'text': certno_cell}, {'column': 'psn_name', 'text': psn_name}, {'column': 'kind', 'text': kind}
        ]) AS totals
    FROM judged
),
reasoned AS (
    SELECT
        *,
        list_filter(string_split(concat_ws(' ',
            'certno:' || nobody_reason(certno_cell, certno),
            CASE WHEN destroyed THEN 'certno:destroyed_number' END,
            CASE WHEN amount_text IS NOT NULL AND burden IS NULL THEN 'burden:' || money_reason(amount_text) END
        ), ' '), lambda reason: reason <> '') AS found
    FROM weighed
)
SELECT
    line,
    certno,
    psn_name,
    kind,
    burden,
    reasons_of(found, totals) AS reasons,
    list_filter(string_split(number_flags(certno_text, body, certno, bad_sum, destroyed, true), ' '), lambda flag: flag <> '')
        AS flags
FROM reasoned
