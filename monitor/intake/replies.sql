-- One chunk of a department's answers: typed and judged. In: the view raw (scrubbed text) and the table category_codes
-- (code, category). Out: the table cleaned. What the department's words mean is data (casework/layouts.py) and decided
-- after this; here is what no department's words can change: whose number it is, which day. An amount goes through as it
-- is written: what is no amount does not cost the answer (casework/reply_reading.py).
--
-- An identity is in force from the day the department gives; from a day of recognition only, from the first of the
-- following month (次月起享受或取消), as in identities.sql.

WITH typed AS (
    SELECT
        line,
        number_cell,
        certno AS certno_cell,
        certno_of(certno) AS certno_text,
        eighteen_digits(certno) AS whole,
        body_of(certno_of(certno), eighteen_digits(certno), true) AS body,
        text_of(psn_name) AS psn_name,
        text_of(pack) AS pack,
        text_of(answer) AS answer,
        text_of(reason) AS reason,
        code_of(raw.category) AS category_text,
        category_codes.category AS category,
        taken_apart([
            nullif(nullif(trim("begin"), ''), '-'), nullif(nullif(trim(recognised_on), ''), '-'),
            nullif(nullif(trim(relief_on), ''), '-')
        ]) AS dates,
        text_of(relief_kind) AS relief_kind,
        text_of(relief_amount) AS relief_amount,
        text_of(remark) AS remark
    FROM raw
    LEFT JOIN category_codes ON category_codes.code = code_of(raw.category)
),
judged AS (
    SELECT
        *,
        normal_certno(certno_text, body, NULL) AS certno,
        wrong_sum(certno_text, whole, body) AS bad_sum,
        list_transform(dates, lambda d: day_reason(d)) AS date_reasons
    FROM typed
),
weighed AS (
    SELECT
        *,
        is_lost(number_cell, certno_text, bad_sum) AS destroyed,
        totals_column([
            {'column': 'certno', 'text': certno_cell},
            {'column': 'psn_name', 'text': psn_name},
            {'column': 'pack', 'text': pack},
            {'column': 'answer', 'text': answer}
        ]) AS totals
    FROM judged
),
reasoned AS (
    SELECT
        *,
        list_filter(string_split(concat_ws(' ',
            'certno:' || nobody_reason(certno_cell, certno),
            CASE WHEN destroyed THEN 'certno:destroyed_number' END,
            CASE WHEN category_text IS NOT NULL AND category IS NULL THEN 'category:unknown_category' END,
            'begin:' || date_reasons[1],
            'recognised_on:' || date_reasons[2],
            'relief_on:' || date_reasons[3]
        ), ' '), lambda reason: reason <> '') AS found
    FROM weighed
)
SELECT
    line,
    certno,
    psn_name,
    pack,
    answer,
    reason,
    category,
    coalesce(first_day(dates[1]), (date_trunc('month', first_day(dates[2])) + INTERVAL 1 MONTH)::DATE) AS effective_on,
    relief_kind,
    relief_amount,
    first_day(dates[3]) AS relief_on,
    remark,
    reasons_of(found, totals) AS reasons,
    list_filter(string_split(number_flags(certno_text, body, certno, bad_sum, destroyed, true), ' '), lambda flag: flag <> '')
        AS flags
FROM reasoned
