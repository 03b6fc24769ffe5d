-- One chunk of the list of childhood diseases the bureau enters: typed and judged. In: the view raw (scrubbed text). Out:
-- the table cleaned.
--
-- Strict: five points hang on each row. Codes and names are kept as settlements keep them, so that they meet. A row that
-- says it is not listed takes back an earlier one.
-- by hand: listed

WITH typed AS (
    SELECT
        line,
        -- columns: typed
        text_of(dise_codg) AS dise_codg,
        text_of(dise_name) AS dise_name,
        -- columns end
        switch_of(listed) AS listed
    FROM raw
),
reasoned AS (
    SELECT
        *,
        list_filter(string_split(concat_ws(' ',
            CASE WHEN dise_codg IS NULL AND dise_name IS NULL THEN 'dise_codg:missing_disease' END,
            CASE WHEN is_destroyed(dise_codg) THEN 'dise_codg:destroyed_number' END,
            CASE WHEN regexp_full_match(dise_name, '#[A-Z][A-Z/0_]*[!?]?') THEN 'dise_name:error_cell' END,
            CASE WHEN listed = 'unknown' THEN 'listed:unknown_flag' END
        ), ' '), lambda reason: reason <> '') AS found
    FROM typed
)
SELECT
    line,
    -- columns: cleaned
    dise_codg,
    dise_name,
    -- columns end
    coalesce(listed, '1') = '1' AS listed,
    CASE
        WHEN says_total(dise_codg) THEN ['dise_codg:totals_row']
        WHEN says_total(dise_name) THEN ['dise_name:totals_row']
        ELSE found
    END AS reasons,
    CASE WHEN dise_codg IS NULL THEN ['listed_by_name'] ELSE []::VARCHAR[] END AS flags
FROM reasoned
