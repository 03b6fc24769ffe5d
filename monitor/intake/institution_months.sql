-- One chunk of institutions' figures of a month that stand in no settlement: typed, judged, flagged. In: the view raw (scrubbed
-- text). Out: the table cleaned.
--
-- Institution, year and month are strict: they say whose figures these are. An amount that is not there is empty and no zero; one
-- that is no number, or below zero, is rejected. Codes and names are kept as settlements keep them, so that they meet.
-- by hand: year, month

WITH typed AS (
    SELECT
        line,
        -- columns: typed
        text_of(fixmedins_code) AS fixmedins_code,
        text_of(fixmedins_name) AS fixmedins_name,
        cost AS cost_text,
        CASE WHEN NOT regexp_full_match(cost, '-{0,2}') THEN money_of(cost) END AS cost,
        drugs AS drugs_text,
        CASE WHEN NOT regexp_full_match(drugs, '-{0,2}') THEN money_of(drugs) END AS drugs,
        consumables AS consumables_text,
        CASE WHEN NOT regexp_full_match(consumables, '-{0,2}') THEN money_of(consumables) END AS consumables,
        tests AS tests_text,
        CASE WHEN NOT regexp_full_match(tests, '-{0,2}') THEN money_of(tests) END AS tests,
        settled AS settled_text,
        CASE WHEN NOT regexp_full_match(settled, '-{0,2}') THEN money_of(settled) END AS settled,
        -- columns end
        "year" AS year_text,
        TRY_CAST(regexp_extract("year", '^([0-9]{4})(?:\.0+)?(?:年度?)?$', 1) AS INTEGER) AS "year",
        TRY_CAST(regexp_extract("month", '^(0?[1-9]|1[0-2])(?:\.0+)?(?:月份?)?$', 1) AS INTEGER) AS "month"
    FROM raw
),
reasoned AS (
    SELECT
        *,
        totals_column([
            {'column': 'fixmedins_code', 'text': fixmedins_code},
            {'column': 'fixmedins_name', 'text': fixmedins_name},
            {'column': 'year', 'text': year_text}
        ]) AS totals,
        list_filter(string_split(concat_ws(' ',
            CASE WHEN fixmedins_code IS NULL AND fixmedins_name IS NULL THEN 'fixmedins_code:missing_institution' END,
            CASE WHEN is_destroyed(fixmedins_code) THEN 'fixmedins_code:destroyed_number' END,
            CASE WHEN is_destroyed(fixmedins_name) THEN 'fixmedins_name:error_cell' END,
            CASE WHEN "year" IS NULL OR NOT "year" BETWEEN 1990 AND 2100 THEN 'year:invalid_year' END,
            CASE WHEN "month" IS NULL THEN 'month:invalid_month' END,
            -- columns: reasons
            CASE
                WHEN cost IS NULL AND NOT regexp_full_match(cost_text, '-{0,2}') THEN 'cost:' || money_reason(cost_text)
                WHEN cost < 0 THEN 'cost:negative_amount'
            END,
            CASE
                WHEN drugs IS NULL AND NOT regexp_full_match(drugs_text, '-{0,2}') THEN 'drugs:' || money_reason(drugs_text)
                WHEN drugs < 0 THEN 'drugs:negative_amount'
            END,
            CASE
                WHEN consumables IS NULL AND NOT regexp_full_match(consumables_text, '-{0,2}') THEN 'consumables:' || money_reason(consumables_text)
                WHEN consumables < 0 THEN 'consumables:negative_amount'
            END,
            CASE
                WHEN tests IS NULL AND NOT regexp_full_match(tests_text, '-{0,2}') THEN 'tests:' || money_reason(tests_text)
                WHEN tests < 0 THEN 'tests:negative_amount'
            END,
            CASE
                WHEN settled IS NULL AND NOT regexp_full_match(settled_text, '-{0,2}') THEN 'settled:' || money_reason(settled_text)
                WHEN settled < 0 THEN 'settled:negative_amount'
            END,
            -- columns end
            NULL
        ), ' '), lambda reason: reason <> '') AS found
    FROM typed
)
SELECT
    line,
    -- columns: cleaned
    fixmedins_code,
    fixmedins_name,
    cost,
    drugs,
    consumables,
    tests,
    settled,
    -- columns end
    "year",
    "month",
    reasons_of(found, totals) AS reasons,
    list_filter(string_split(concat_ws(' ',
        CASE WHEN after_load(CASE WHEN last_day_of("year") IS NOT NULL THEN last_day(make_date("year", "month", 1)) END) THEN 'after_load' END,
        CASE WHEN fixmedins_code IS NULL THEN 'institution_by_name' END,
        CASE WHEN coalesce(cost, 0) = 0 AND coalesce(drugs, consumables, tests) IS NOT NULL THEN 'institution_cost_unusable' END,
        CASE WHEN coalesce(drugs, 0) + coalesce(consumables, 0) + coalesce(tests, 0) > cost AND cost > 0 THEN 'parts_above_cost' END
    ), ' '), lambda flag: flag <> '') AS flags
FROM reasoned
