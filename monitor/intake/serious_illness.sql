-- One chunk of serious-illness marks: typed, judged, flagged. In: the view raw (scrubbed text). Out: the table cleaned.
--
-- Days as in identity lists: a month begins on its first day and ends on its last. A mark that does not name its disease
-- is kept and flagged: it still raises a cap, and somebody should say for what.

WITH typed AS (
    SELECT
        line,
        number_cell,
        text_of(certno) AS certno_text,
        eighteen_digits(certno) AS whole,
        body_of(text_of(certno), eighteen_digits(certno), true) AS body,
        text_of(psn_name) AS psn_name,
        text_of(disease) AS disease,
        taken_apart([
            nullif(nullif(trim(marked_on), ''), '-'), CASE WHEN is_open_end(ended_on) THEN NULL ELSE trim(ended_on) END
        ]) AS dates
    FROM raw
),
judged AS (
    SELECT
        *,
        normal_certno(certno_text, body) AS certno,
        wrong_sum(certno_text, whole, body) AS bad_sum,
        first_day(dates[1]) AS marked_day,
        final_day(dates[2]) AS ended_day,
        list_transform(dates, lambda d: day_reason(d)) AS date_reasons
    FROM typed
),
weighed AS (
    SELECT
        *,
        number_cell OR coalesce(is_destroyed(certno_text), false) OR (bad_sum AND certno_text LIKE '%000') AS destroyed,
        totals_column([
            {'column': 'certno', 'text': certno},
            {'column': 'psn_name', 'text': psn_name},
            {'column': 'disease', 'text': disease}
        ]) AS totals
    FROM judged
),
reasoned AS (
    SELECT
        *,
        list_filter(string_split(concat_ws(' ',
            CASE WHEN certno IS NULL THEN 'certno:missing_person' END,
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
    certno,
    psn_name,
    disease,
    marked_day AS marked_on,
    ended_day AS ended_on,
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
        CASE WHEN disease IS NULL THEN 'unnamed_disease' END
    ), ' '), lambda flag: flag <> '') AS flags
FROM reasoned
