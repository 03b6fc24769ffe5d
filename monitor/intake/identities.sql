-- One chunk of an identity list: typed, judged, flagged. In: the view raw (scrubbed text) and the table category_codes
-- (code, category). Out: the table cleaned.
--
-- Lists that give effective dates (begin, end) are taken as they are. Lists that give recognition dates (recognised_on,
-- ended_on) take effect on the first day of the following month and last to the end of the month of ended_on (次月起享受或
-- 取消). Somebody recognised and struck off in one month is kept with an interval that holds no day: the list that says so
-- may be correcting an earlier one that did not.
-- by hand: certno, category, begin, end, recognised_on, ended_on, risk_eliminated, household, change_reason

WITH typed AS (
    SELECT
        raw.line,
        -- columns: typed
        text_of(psn_name) AS psn_name,
        code_of(psn_cert_type) AS psn_cert_type,
        text_of(department) AS department,
        text_of(town) AS town,
        -- columns end
        number_cell,
        certno AS certno_cell,
        certno_of(certno) AS certno_text,
        is_resident_type(psn_cert_type) AS resident,
        eighteen_digits(certno) AS whole,
        code_of(raw.category) AS category_text,
        category_codes.category AS category,
        nullif(nullif(trim("begin"), ''), '-') AS begin_text,
        CASE WHEN is_open_end("end") THEN NULL ELSE trim("end") END AS end_text,
        nullif(nullif(trim(recognised_on), ''), '-') AS recognised_text,
        CASE WHEN is_open_end(ended_on) THEN NULL ELSE trim(ended_on) END AS ended_text,
        is_serial("begin") OR is_serial("end") OR is_serial(recognised_on) OR is_serial(ended_on) AS serial,
        eliminated_of(risk_eliminated) AS risk,
        unmasked(household) AS household,
        coalesce(says_dead(change_reason), false) AS died
    FROM raw
    LEFT JOIN category_codes ON category_codes.code = code_of(raw.category)
),
dated AS (
    SELECT
        *,
        body_of(certno_text, whole, resident) AS body,
        taken_apart([begin_text, end_text, recognised_text, ended_text]) AS dates
    FROM typed
),
judged AS (
    SELECT
        *,
        normal_certno(certno_text, body, psn_cert_type) AS certno,
        wrong_sum(certno_text, whole, body) AS bad_sum,
        first_day(dates[1]) AS begin_day,
        final_day(dates[2]) AS end_day,
        first_day(dates[3]) AS recognised_day,
        final_day(dates[4]) AS ended_day,
        list_transform(dates, lambda d: day_reason(d)) AS date_reasons
    FROM dated
),
weighed AS (
    SELECT
        *,
        is_lost(number_cell, certno_text, bad_sum) AS destroyed,
        coalesce(begin_day, (date_trunc('month', recognised_day) + INTERVAL 1 MONTH)::DATE) AS begins,
        coalesce(end_day, last_day(ended_day)) AS ends,
        coalesce(end_day, ended_day) < coalesce(begin_day, recognised_day) AS backwards,
        totals_column([
            {'column': 'certno', 'text': certno_cell},
            {'column': 'psn_name', 'text': psn_name},
            {'column': 'household', 'text': household},
            {'column': 'town', 'text': town},
            {'column': 'category', 'text': category_text}
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
            CASE WHEN begin_text IS NULL AND recognised_text IS NULL THEN 'begin:missing_date' END,
            'begin:' || date_reasons[1],
            'end:' || date_reasons[2],
            'recognised_on:' || date_reasons[3],
            'ended_on:' || date_reasons[4],
            CASE WHEN backwards THEN CASE WHEN end_day IS NULL THEN 'ended_on' ELSE 'end' END || ':end_before_begin' END,
            CASE WHEN risk = 'unknown' THEN 'risk_eliminated:unknown_flag' END
        ), ' '), lambda reason: reason <> '') AS found
    FROM weighed
)
SELECT
    line,
    -- columns: cleaned
    psn_name,
    psn_cert_type,
    department,
    town,
    -- columns end
    certno,
    category,
    begins AS "begin",
    ends AS ended,
    recognised_day AS recognised,
    coalesce(risk = '1', false) AS risk_eliminated,
    household,
    died,
    reasons_of(found, totals) AS reasons,
    list_filter(string_split(concat_ws(' ',
        number_flags(certno_text, body, certno, bad_sum, destroyed, resident),
        CASE WHEN serial THEN 'serial_date' END,
        CASE WHEN after_load(recognised_day) THEN 'after_load' END,
        CASE WHEN far_ahead(begins) AND NOT after_load(recognised_day) THEN 'begins_far_ahead' END
    ), ' '), lambda flag: flag <> '') AS flags
FROM reasoned
