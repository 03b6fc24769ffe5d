-- One chunk of serious-illness marks: typed, judged, flagged. In: the view raw (scrubbed text). Out: the table cleaned.
--
-- Days as in identity lists: a month begins on its first day and ends on its last. A mark that does not name its disease
-- is kept and flagged: it still raises a cap, and somebody should say for what.
-- by hand: certno, marked_on, ended_on

WITH typed AS (
    SELECT
        line,
        -- columns: typed
        text_of(psn_name) AS psn_name,
        text_of(disease) AS disease,
        -- columns end
        number_cell,
        certno AS certno_cell,
        certno_of(certno) AS certno_text,
        eighteen_digits(certno) AS whole,
        body_of(certno_of(certno), eighteen_digits(certno), true) AS body,
        is_serial(marked_on) OR is_serial(ended_on) AS serial,
        taken_apart([
            nullif(nullif(trim(marked_on), ''), '-'), CASE WHEN is_open_end(ended_on) THEN NULL ELSE trim(ended_on) END
        ]) AS dates
    FROM raw
),
judged AS (
    SELECT
        *,
        normal_certno(certno_text, body, NULL) AS certno,
        wrong_sum(certno_text, whole, body) AS bad_sum,
        first_day(dates[1]) AS marked_day,
        final_day(dates[2]) AS ended_day,
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
            {'column': 'disease', 'text': disease}
        ]) AS totals
    FROM judged
),
reasoned AS (
    SELECT
        *,
        list_filter(string_split(concat_ws(' ',
            'certno:' || nobody_reason(certno_cell, certno),
            CASE WHEN destroyed THEN 'certno:destroyed_number' END,
            CASE WHEN regexp_full_match(disease, '#[A-Z][A-Z/0_]*[!?]?') THEN 'disease:error_cell' END,
            CASE WHEN dates[1].t IS NULL THEN 'marked_on:missing_date' END,
            'marked_on:' || date_reasons[1],
            'ended_on:' || date_reasons[2],
            CASE WHEN ended_day < marked_day THEN 'ended_on:end_before_begin' END
        ), ' '), lambda reason: reason <> '') AS found
    FROM weighed
)
SELECT
    line,
    -- columns: cleaned
    psn_name,
    disease,
    -- columns end
    certno,
    marked_day AS marked_on,
    ended_day AS ended_on,
    reasons_of(found, totals) AS reasons,
    list_filter(string_split(concat_ws(' ',
        number_flags(certno_text, body, certno, bad_sum, destroyed, true),
        CASE WHEN serial THEN 'serial_date' END,
        -- The first day of a mark is the day it takes effect: the first of next month is nothing to ask about.
        CASE WHEN far_ahead(marked_day) THEN 'begins_far_ahead' END,
        CASE WHEN disease IS NULL THEN 'unnamed_disease' END
    ), ' '), lambda flag: flag <> '') AS flags
FROM reasoned
