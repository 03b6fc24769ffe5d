-- One chunk of premium support paid: typed, judged, flagged. In: the view raw (scrubbed text) and the table
-- category_codes (code, category). Out: the table cleaned.
--
-- Nothing paid (blank, '-', 0) is an answer; a premium that is not filled in is not: it stays empty and is flagged. An
-- amount below zero is rejected, since nobody is supported backwards.
-- by hand: certno, year, category, premium, supported, insured, optional_shares

WITH typed AS (
    SELECT
        line,
        -- columns: typed
        text_of(psn_name) AS psn_name,
        -- columns end
        number_cell,
        certno AS certno_cell,
        certno_of(certno) AS certno_text,
        eighteen_digits(certno) AS whole,
        body_of(certno_of(certno), eighteen_digits(certno), true) AS body,
        TRY_CAST(regexp_extract("year", '^([0-9]{4})(?:\.0+)?(?:年度?)?$', 1) AS INTEGER) AS "year",
        "year" AS year_text,
        code_of(raw.category) AS category_text,
        category_codes.category AS category,
        premium AS premium_text,
        CASE WHEN NOT regexp_full_match(premium, '-{0,2}') THEN money_of(premium) END AS premium,
        supported AS supported_text,
        money_of(supported) AS supported,
        CASE
            WHEN regexp_full_match(insured, '正常|正常参保|参保|已参保|参保缴费|在保') THEN '1'
            WHEN regexp_full_match(insured, '未参保|没有参保|停保|断保|退保|终止参保|暂停参保') THEN '0'
            ELSE switch_of(insured)
        END AS insured,
        optional_shares AS shares_text,
        TRY_CAST(regexp_extract(optional_shares, '^([0-9]+)(?:\.0+)?份?$', 1) AS INTEGER) AS optional_shares
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
            {'column': 'year', 'text': year_text}
        ]) AS totals
    FROM judged
),
reasoned AS (
    SELECT
        *,
        list_filter(string_split(concat_ws(' ',
            'certno:' || nobody_reason(certno_cell, certno),
            CASE WHEN destroyed THEN 'certno:destroyed_number' END,
            CASE WHEN "year" IS NULL OR NOT "year" BETWEEN 1990 AND 2100 THEN 'year:invalid_year' END,
            CASE WHEN category_text IS NULL THEN 'category:missing_category' END,
            CASE WHEN category_text IS NOT NULL AND category IS NULL THEN 'category:unknown_category' END,
            CASE
                WHEN premium_text IS NULL OR regexp_full_match(premium_text, '-{0,2}') THEN NULL
                WHEN premium IS NULL THEN 'premium:' || money_reason(premium_text)
                WHEN premium <= 0 THEN 'premium:not_positive'
            END,
            CASE
                WHEN supported IS NULL THEN 'supported:' || money_reason(supported_text)
                WHEN supported < 0 THEN 'supported:negative_amount'
            END,
            CASE WHEN insured = 'unknown' THEN 'insured:unknown_flag' END,
            CASE
                WHEN shares_text IS NULL OR regexp_full_match(shares_text, '-{0,2}') THEN NULL
                WHEN optional_shares IS NULL THEN 'optional_shares:not_whole'
            END
        ), ' '), lambda reason: reason <> '') AS found
    FROM weighed
)
SELECT
    line,
    -- columns: cleaned
    psn_name,
    -- columns end
    certno,
    "year",
    category,
    premium,
    supported,
    CASE insured WHEN '1' THEN true WHEN '0' THEN false END AS insured,
    optional_shares,
    reasons_of(found, totals) AS reasons,
    list_filter(string_split(concat_ws(' ',
        number_flags(certno_text, body, certno, bad_sum, destroyed, true),
        -- Next year's premium is paid this year, that of the year after is not.
        CASE WHEN after_load(last_day_of("year" - 2) + 1) THEN 'after_load' END,
        CASE WHEN premium_text IS NOT NULL AND premium IS NULL THEN 'premium_missing' END,
        CASE WHEN supported > premium THEN 'support_above_premium' END,
        CASE WHEN insured = '0' AND supported > 0 THEN 'supported_not_insured' END
    ), ' '), lambda flag: flag <> '') AS flags
FROM reasoned
