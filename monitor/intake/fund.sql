-- One chunk of the assistance fund's income, spending and balance and of participation: typed, judged, flagged. In: the view raw
-- (scrubbed text). Out: the table cleaned.
--
-- Region, year and month are strict: they say whose figures these are. An income or an expected number of participants
-- that is zero, negative or not there is kept as it is (empty when not there) and flagged, only where the file has the
-- column at all: it would be divided by. A cell that is no number is rejected.
-- by hand: year, month, participants, expected_participants

WITH typed AS (
    SELECT
        line,
        -- columns: typed
        code_of(region) AS region,
        income AS income_text,
        CASE WHEN NOT regexp_full_match(income, '-{0,2}') THEN money_of(income) END AS income,
        spent AS spent_text,
        CASE WHEN NOT regexp_full_match(spent, '-{0,2}') THEN money_of(spent) END AS spent,
        balance AS balance_text,
        CASE WHEN NOT regexp_full_match(balance, '-{0,2}') THEN money_of(balance) END AS balance,
        -- columns end
        "year" AS year_text,
        TRY_CAST(regexp_extract("year", '^([0-9]{4})(?:\.0+)?(?:年度?)?$', 1) AS INTEGER) AS "year",
        TRY_CAST(regexp_extract("month", '^(0?[1-9]|1[0-2])(?:\.0+)?(?:月份?)?$', 1) AS INTEGER) AS "month",
        participants AS participants_text,
        regexp_extract(participants, '^([-+]?(?:[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+))(?:\.0+)?人?$', 1)
            AS participants_digits,
        expected_participants AS expected_participants_text,
        regexp_extract(expected_participants, '^([-+]?(?:[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+))(?:\.0+)?人?$', 1)
            AS expected_participants_digits
    FROM raw
),
counted AS (
    SELECT
        *,
        TRY_CAST(replace(participants_digits, ',', '') AS BIGINT) AS participants,
        TRY_CAST(replace(expected_participants_digits, ',', '') AS BIGINT) AS expected_participants
    FROM typed
),
reasoned AS (
    SELECT
        *,
        list_filter(string_split(concat_ws(' ',
            CASE WHEN region IS NULL THEN 'region:missing_region' END,
            CASE WHEN NOT regexp_full_match(region, '[1-9][0-9]{5}') THEN 'region:invalid_region' END,
            CASE WHEN "year" IS NULL OR NOT "year" BETWEEN 1990 AND 2100 THEN 'year:invalid_year' END,
            CASE WHEN "month" IS NULL THEN 'month:invalid_month' END,
            -- columns: reasons
            CASE WHEN income IS NULL AND NOT regexp_full_match(income_text, '-{0,2}') THEN 'income:' || money_reason(income_text) END,
            CASE WHEN spent IS NULL AND NOT regexp_full_match(spent_text, '-{0,2}') THEN 'spent:' || money_reason(spent_text) END,
            CASE WHEN balance IS NULL AND NOT regexp_full_match(balance_text, '-{0,2}') THEN 'balance:' || money_reason(balance_text) END,
            -- columns end
            CASE
                WHEN regexp_full_match(participants_text, '-{0,2}') THEN NULL
                WHEN participants_digits = '' THEN 'participants:not_whole'
                WHEN participants IS NULL AND participants_text IS NOT NULL THEN 'participants:count_too_large'
            END,
            CASE
                WHEN regexp_full_match(expected_participants_text, '-{0,2}') THEN NULL
                WHEN expected_participants_digits = '' THEN 'expected_participants:not_whole'
                WHEN expected_participants IS NULL AND expected_participants_text IS NOT NULL THEN 'expected_participants:count_too_large'
            END
        ), ' '), lambda reason: reason <> '') AS found
    FROM counted
)
SELECT
    line,
    -- columns: cleaned
    region,
    income,
    spent,
    balance,
    -- columns end
    "year",
    "month",
    participants,
    expected_participants,
    CASE
        WHEN len(found) > 0 AND says_total(region) THEN ['region:totals_row']
        WHEN len(found) > 0 AND says_total(year_text) THEN ['year:totals_row']
        ELSE found
    END AS reasons,
    list_filter(string_split(concat_ws(' ',
        CASE WHEN after_load(CASE WHEN last_day_of("year") IS NOT NULL THEN last_day(make_date("year", "month", 1)) END) THEN 'after_load' END,
        CASE WHEN income_text IS NOT NULL AND coalesce(income, 0) <= 0 THEN 'income_unusable' END,
        CASE WHEN spent < 0 THEN 'negative_spent' END,
        CASE WHEN balance < 0 THEN 'negative_balance' END,
        CASE WHEN participants_text IS NOT NULL AND coalesce(participants, 0) <= 0 THEN 'participants_unusable' END,
        CASE WHEN expected_participants_text IS NOT NULL AND coalesce(expected_participants, 0) <= 0 THEN 'expected_unusable' END,
        CASE WHEN participants > expected_participants AND expected_participants > 0 THEN 'more_than_expected' END
    ), ' '), lambda flag: flag <> '') AS flags
FROM reasoned
