-- One chunk of per-capita disposable incomes: typed and judged. In: the view raw (scrubbed text). Out: the table
-- cleaned. Nothing is lenient here: every line of every rule hangs on these few figures.
-- by hand: residents, year, amount

WITH typed AS (
    SELECT
        line,
        -- columns: typed
        code_of(region) AS region,
        text_of(source) AS source,
        published_on AS published_on_text,
        moment_parts(published_on) AS published_on_parts,
        moment_from(moment_parts(published_on)) AS published_on_moment,
        text_of(approved_by) AS approved_by,
        -- columns end
        residents AS residents_text,
        CASE
            WHEN regexp_full_match(residents, '(?i)all|全体(居民|常住居民)?') THEN 'all'
            WHEN regexp_full_match(residents, '(?i)urban|城镇(居民|常住居民)?') THEN 'urban'
            WHEN regexp_full_match(residents, '(?i)rural|农村(牧区)?(居民|常住居民)?|农牧民') THEN 'rural'
        END AS residents,
        TRY_CAST(regexp_extract("year", '^([0-9]{4})(?:\.0+)?(?:年度?)?$', 1) AS INTEGER) AS "year",
        amount AS amount_text,
        money_of(amount) AS amount
    FROM raw
),
reasoned AS (
    SELECT
        *,
        list_filter(string_split(concat_ws(' ',
            CASE WHEN region IS NULL THEN 'region:missing_region' END,
            CASE WHEN NOT regexp_full_match(region, '[1-9][0-9]{5}') THEN 'region:invalid_region' END,
            CASE WHEN residents IS NULL THEN 'residents:unknown_residents' END,
            CASE WHEN "year" IS NULL OR NOT "year" BETWEEN 1990 AND 2100 THEN 'year:invalid_year' END,
            CASE
                WHEN regexp_full_match(amount_text, '-{0,2}') THEN 'amount:missing_amount'
                WHEN amount IS NULL THEN 'amount:' || money_reason(amount_text)
                WHEN amount <= 0 THEN 'amount:not_positive'
            END,
            -- columns: reasons
            'published_on:' || moment_reason(published_on_text, published_on_parts, published_on_moment),
            -- columns end
            NULL
        ), ' '), lambda reason: reason <> '') AS found
    FROM typed
)
SELECT
    line,
    -- columns: cleaned
    region,
    source,
    published_on_moment::DATE AS published_on,
    approved_by,
    -- columns end
    residents,
    "year",
    amount,
    CASE
        WHEN len(found) > 0 AND says_total(region) THEN ['region:totals_row']
        WHEN len(found) > 0 AND says_total(residents_text) THEN ['residents:totals_row']
        ELSE found
    END AS reasons,
    list_where(
        ['serial_date', 'after_load'],
        [
            false
            -- columns: serial
            OR is_serial(published_on_text)
            -- columns end
            ,
            after_load(last_day_of("year"))
            -- columns: ahead
            OR after_load(published_on_moment)
            -- columns end
        ]) AS flags
FROM reasoned
