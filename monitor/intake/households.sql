-- One chunk of households, a row a member: typed, judged, flagged. In: the view raw (scrubbed text). Out: the table
-- cleaned.
--
-- Lenient where it only counts: a number of members or dibao line that is zero, negative or not there, and a family income
-- that is negative or not there (0 is an income), is kept as it is (empty when not there) and flagged, so that somebody looks at it and nothing is divided by it. A cell
-- that is no number at all is rejected. What says which household it is, and whose row, must be whole: two households
-- with one damaged number would be one.
-- by hand: household, certno, members, income_year, dibao_line, local_hukou, property_ok

WITH typed AS (
    SELECT
        line,
        -- columns: typed
        text_of(psn_name) AS psn_name,
        family_income AS family_income_text,
        CASE WHEN NOT regexp_full_match(family_income, '-{0,2}') THEN money_of(family_income) END AS family_income,
        -- columns end
        number_cell,
        certno AS certno_cell,
        certno_of(certno) AS certno_text,
        eighteen_digits(certno) AS whole,
        body_of(certno_of(certno), eighteen_digits(certno), true) AS body,
        unmasked(household) AS household,
        is_masked(household) AS household_masked,
        coalesce(is_destroyed(household), false) AS household_destroyed,
        members AS members_text,
        regexp_extract(members, '^([-+]?[0-9]+)(?:\.0+)?人?$', 1) AS members_digits,
        TRY_CAST(regexp_extract(members, '^([-+]?[0-9]+)(?:\.0+)?人?$', 1) AS INTEGER) AS members,
        income_year AS year_text,
        TRY_CAST(regexp_extract(income_year, '^([0-9]{4})(?:\.0+)?(?:年度?)?$', 1) AS INTEGER) AS income_year,
        dibao_line AS line_text,
        CASE WHEN NOT regexp_full_match(dibao_line, '-{0,2}') THEN money_of(dibao_line) END AS dibao_line,
        CASE
            WHEN regexp_full_match(local_hukou, '本地|本地户籍|当地户籍') THEN '1'
            WHEN regexp_full_match(local_hukou, '外地|非本地|非本地户籍|外地户籍') THEN '0'
            ELSE switch_of(local_hukou)
        END AS local_hukou,
        CASE
            WHEN regexp_full_match(property_ok, '符合|符合规定') THEN '1'
            WHEN regexp_full_match(property_ok, '不符合|不符合规定') THEN '0'
            ELSE switch_of(property_ok)
        END AS property_ok
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
            {'column': 'household', 'text': household},
            {'column': 'certno', 'text': certno_cell},
            {'column': 'psn_name', 'text': psn_name},
            {'column': 'income_year', 'text': year_text}
        ]) AS totals
    FROM judged
),
reasoned AS (
    SELECT
        *,
        list_filter(string_split(concat_ws(' ',
            'certno:' || nobody_reason(certno_cell, certno),
            CASE WHEN destroyed THEN 'certno:destroyed_number' END,
            CASE WHEN household_masked THEN 'household:masked_number'
                WHEN household IS NULL THEN 'household:missing_household' END,
            CASE WHEN household_destroyed THEN 'household:destroyed_number' END,
            CASE
                WHEN regexp_full_match(members_text, '-{0,2}') THEN NULL
                WHEN members_digits = '' THEN 'members:not_whole'
                WHEN members IS NULL AND members_text IS NOT NULL THEN 'members:count_too_large'
            END,
            -- columns: reasons
            CASE WHEN family_income IS NULL AND NOT regexp_full_match(family_income_text, '-{0,2}') THEN 'family_income:' || money_reason(family_income_text) END,
            -- columns end
            CASE WHEN income_year IS NULL OR NOT income_year BETWEEN 1990 AND 2100 THEN 'income_year:invalid_year' END,
            CASE WHEN NOT regexp_full_match(line_text, '-{0,2}') AND dibao_line IS NULL
                THEN 'dibao_line:' || money_reason(line_text) END,
            CASE WHEN local_hukou = 'unknown' THEN 'local_hukou:unknown_flag' END,
            CASE WHEN property_ok = 'unknown' THEN 'property_ok:unknown_flag' END
        ), ' '), lambda reason: reason <> '') AS found
    FROM weighed
)
SELECT
    line,
    -- columns: cleaned
    psn_name,
    family_income,
    -- columns end
    certno,
    household,
    members,
    income_year,
    dibao_line,
    CASE local_hukou WHEN '1' THEN true WHEN '0' THEN false END AS local_hukou,
    CASE property_ok WHEN '1' THEN true WHEN '0' THEN false END AS property_ok,
    reasons_of(found, totals) AS reasons,
    list_filter(string_split(concat_ws(' ',
        number_flags(certno_text, body, certno, bad_sum, destroyed, true),
        CASE WHEN after_load(last_day_of(income_year - 1) + 1) THEN 'after_load' END,
        CASE WHEN coalesce(members, 0) <= 0 THEN 'members_unusable' END,
        CASE WHEN coalesce(family_income, -1) < 0 THEN 'income_unusable' END,
        CASE WHEN coalesce(dibao_line, 0) <= 0 THEN 'dibao_line_unusable' END
    ), ' '), lambda flag: flag <> '') AS flags
FROM reasoned
