-- What a cell may look like, said once for every table. Cells arrive scrubbed (scrubbing.py): half width, no blanks at
-- the ends; NULL where the file has no such column, '' where the cell is blank.
--
-- Each macro has a fast shape first: nearly every cell of a platform export has it, and a CASE evaluates its later
-- branches only for the rows that fall through. Long IN lists are avoided: the engine turns each into a join.

-- A blank cell is no value.
CREATE OR REPLACE TEMP MACRO text_of(x) AS nullif(x, '');

-- A code that went through a number cell comes back as 390.0.
CREATE OR REPLACE TEMP MACRO code_of(x) AS
    CASE WHEN x LIKE '%.0' THEN regexp_replace(x, '^([0-9]+)\.0+$', '\1') ELSE nullif(x, '') END;

-- Yuan with two decimals. Blank and '-' are zero: the column is there, the platform has nothing to say in it. NULL for
-- what is no amount: never a rounded one; never an exponent either, because scrubbing leaves no letter in an amount.
CREATE OR REPLACE TEMP MACRO money_of(x) AS
    coalesce(
        CASE
            WHEN x = '0.00' OR x = '0' THEN 0::DECIMAL(16, 2)
            WHEN x LIKE '%.__' THEN TRY_CAST(x AS DECIMAL(16, 2))
        END,
        CASE
            WHEN ltrim(x, '-') = '' THEN 0::DECIMAL(16, 2)
            WHEN regexp_full_match(x, '[-+]?[0-9]*(\.[0-9]{0,2}0*)?') THEN TRY_CAST(ltrim(x, '+') AS DECIMAL(16, 2))
            -- Minus behind the number, as accounting programs write it.
            WHEN regexp_full_match(x, '[0-9]+(\.[0-9]{0,2}0*)?-') THEN -TRY_CAST(rtrim(x, '-') AS DECIMAL(16, 2))
            -- What is left of adding binary fractions (23456.780000000002): sixteen digits and more, and a cent but for the last of them.
            WHEN strlen(x) >= 17 AND regexp_full_match(x, '[-+]?[0-9]{1,12}\.[0-9]{7,19}')
                AND abs(TRY_CAST(x AS DECIMAL(38, 19)) - round(TRY_CAST(x AS DECIMAL(38, 19)), 2)) < 0.000001
                THEN TRY_CAST(round(TRY_CAST(x AS DECIMAL(38, 19)), 2) AS DECIMAL(16, 2))
        END
    );

-- Why money_of is NULL for a cell that is there.
CREATE OR REPLACE TEMP MACRO money_reason(x) AS
    CASE
        WHEN regexp_full_match(x, '[-+]?[0-9.]*,[0-9.,]*') THEN 'unclear_comma'
        WHEN NOT regexp_full_match(x, '[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)-?') THEN 'not_a_number'
        WHEN regexp_matches(x, '\.[0-9]{2}[0-9]*[1-9]') THEN 'more_than_two_decimals'
        ELSE 'too_large'
    END;

-- The parts of a date or date-time in any of the written forms; every part '' when it is none. China time: an offset
-- other than +08:00 is not taken, because shifting it would guess.
CREATE OR REPLACE TEMP MACRO moment_parts(x) AS
    CASE
        WHEN regexp_full_match(trim(x), '[0-9]{8}.*') THEN regexp_extract(
            trim(x), '^([0-9]{4})([0-9]{2})([0-9]{2})(?:[T ]?([0-9]{2}):?([0-9]{2})(?::?([0-9]{2}(?:\.[0-9]+)?))?)?$',
            ['y', 'm', 'd', 'h', 'i', 's'])
        ELSE regexp_extract(
            trim(x), '^([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?'
            '(?:[T\s]?\s*([0-9]{1,2})[:时]([0-9]{1,2})(?:[:分]([0-9]{1,2}(?:\.[0-9]+)?)秒?)?分?)?(?:\+08:?00)?$',
            ['y', 'm', 'd', 'h', 'i', 's'])
    END;

CREATE OR REPLACE TEMP MACRO moment_from(p) AS
    TRY_CAST(
        p.y || '-' || p.m || '-' || p.d || ' '
        || lpad(CASE WHEN p.h = '' THEN '0' ELSE p.h END, 2, '0') || ':'
        || lpad(CASE WHEN p.i = '' THEN '0' ELSE p.i END, 2, '0') || ':'
        || CASE WHEN p.s = '' THEN '00' WHEN length(split_part(p.s, '.', 1)) = 1 THEN '0' || p.s ELSE p.s END
        AS TIMESTAMP);

-- The two shapes nearly every platform export has, straight to a point in time; NULL for all others.
CREATE OR REPLACE TEMP MACRO quick_moment(x) AS
    CASE
        WHEN x LIKE '____-__-__ __:__:__' THEN TRY_CAST(x AS TIMESTAMP)
        WHEN x LIKE '____-__-__' THEN TRY_CAST(x AS TIMESTAMP)
    END;

CREATE OR REPLACE TEMP MACRO in_range(t) AS t >= TIMESTAMP '1990-01-01' AND t < TIMESTAMP '2101-01-01';

-- Whether a day was written as a serial number: the mark of written_dates.py.
CREATE OR REPLACE TEMP MACRO is_serial(x) AS coalesce(ends_with(x, '  '), false);

-- Whether a day is later than the day of the load, or than the end of the month after it; false where nobody said which day
-- that is (Cleaning).
CREATE OR REPLACE TEMP MACRO after_load(t) AS coalesce(t >= getvariable('load_day_over')::TIMESTAMP, false);
CREATE OR REPLACE TEMP MACRO far_ahead(t) AS coalesce(t >= getvariable('next_month_over')::TIMESTAMP, false);

-- The last day of a year: what a figure of the year is as of. NULL for what is no year.
CREATE OR REPLACE TEMP MACRO last_day_of(y) AS CASE WHEN y BETWEEN 1990 AND 2100 THEN make_date(y, 12, 31) END;

-- Why a written date is not taken, given its parts and the moment made of them; NULL when it is blank or fine.
CREATE OR REPLACE TEMP MACRO moment_reason(x, p, moment) AS
    CASE
        WHEN x IS NULL OR trim(x) = '' THEN NULL
        WHEN in_range(moment) THEN NULL
        -- The two marks of written_dates.py.
        WHEN starts_with(x, '~') THEN 'ambiguous_month'
        WHEN starts_with(x, '@') THEN 'stray_serial'
        WHEN moment IS NOT NULL THEN 'year_out_of_range'
        WHEN p.y <> '' THEN 'impossible_date'
        ELSE 'not_a_date'
    END;

-- Year and month of a month written without a day: 202403, 2024-03, 2024/3, 2024年3月; parts '' when it is none.
CREATE OR REPLACE TEMP MACRO month_parts(x) AS
    CASE
        WHEN regexp_full_match(x, '[0-9]{6}') THEN regexp_extract(x, '^([0-9]{4})([0-9]{2})$', ['y', 'm'])
        ELSE regexp_extract(x, '^([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*月?$', ['y', 'm'])
    END;

-- A list of written days or months, each taken apart once: its text, whether it is a month, its parts.
CREATE OR REPLACE TEMP MACRO taken_apart(texts) AS
    list_transform(
        list_transform(texts, lambda t: {'t': t, 'month': month_parts(t), 'p': moment_parts(t)}),
        lambda d: {
            't': d.t, 'is_month': d.month.y <> '', 'p': d.p,
            'moment': CASE
                WHEN d.month.y <> '' THEN TRY_CAST(d.month.y || '-' || d.month.m || '-01' AS TIMESTAMP)
                ELSE moment_from(d.p) END});

-- The day each of them stands for: its own, or the first of the month.
CREATE OR REPLACE TEMP MACRO first_day(d) AS d.moment::DATE;

-- The same, for the day something ends: a month ends on its last day.
CREATE OR REPLACE TEMP MACRO final_day(d) AS CASE WHEN d.is_month THEN last_day(d.moment::DATE) ELSE d.moment::DATE END;

-- Why it is not taken; NULL when it is blank or fine. Who is on a list may be since long: 五保 and orphans of the 1980s are.
CREATE OR REPLACE TEMP MACRO day_reason(d) AS
    CASE
        WHEN d.is_month AND d.moment IS NULL THEN 'impossible_date'
        WHEN d.moment >= TIMESTAMP '1949-10-01' AND d.moment < TIMESTAMP '2101-01-01' THEN NULL
        WHEN d.moment IS NOT NULL THEN 'day_out_of_range'
        ELSE moment_reason(d.t, d.p, d.moment)
    END;

-- An end that is none: blank, said to be open, or the platform's year 9999.
CREATE OR REPLACE TEMP MACRO is_open_end(x) AS
    x IS NULL OR regexp_full_match(trim(x), '-*|长期|永久|至今|长期有效|无|(9999|2999|3000).*');

-- '1', '0', NULL for blank, 'unknown' for anything else.
CREATE OR REPLACE TEMP MACRO switch_with(x, yes, no) AS
    CASE
        WHEN x = '0' OR x = '1' THEN x
        WHEN x IS NULL OR x = '' OR x = '-' THEN NULL
        WHEN regexp_full_match(x, '(?i)1\.0|01|是|有|y|yes|t|true|√|✓|✔|' || yes) THEN '1'
        WHEN regexp_full_match(x, '(?i)0\.0|00|否|无|n|no|f|false|×|✗|✘|' || no) THEN '0'
        ELSE 'unknown'
    END;
CREATE OR REPLACE TEMP MACRO switch_of(x) AS switch_with(x, '是', '否');
-- 正常 is a valid settlement and one that was not refunded: the words belong to the column.
CREATE OR REPLACE TEMP MACRO refunded_of(x) AS switch_with(x, '退费|已退费|已退|冲销|已冲销|冲正', '未退费|未退|未冲销|正常|正常结算');
CREATE OR REPLACE TEMP MACRO valid_of(x) AS
    switch_with(x, '有效|正常|在用|生效', '无效|失效|作废|已作废|注销|已注销|撤销|已撤销');
CREATE OR REPLACE TEMP MACRO eliminated_of(x) AS switch_with(x, '已消除|消除|风险已消除', '未消除|风险未消除');

-- Whether words say that somebody has died. 非正常死亡 is one who has, 未死亡 and 疑似死亡 are none who surely has.
CREATE OR REPLACE TEMP MACRO says_dead(x) AS
    regexp_matches(x, '死亡|自然减少|身故|去世|病故|亡故|已故|逝世|过世')
    AND NOT regexp_matches(x, '(未|非|无|没有?|不是|疑似?|待核实?|待查|可能|拟)(死亡|自然减少|身故|去世|病故|亡故|逝世|过世)');
CREATE OR REPLACE TEMP MACRO says_alive(x) AS regexp_matches(x, '(未|非|无|没有?|不是)(死亡|身故|去世|病故|亡故|逝世|过世)');

-- A cell in which a totals row says that it is one.
CREATE OR REPLACE TEMP MACRO says_total(x) AS
    coalesce(regexp_matches(x, '^(本页|本月|本年|本表|全部)?(合|总|小|共|累)[\s　]*计[\s　]*(金额|人数|人次|户数)?($|[^一-龥])'
        '|(小[\s　]*计|合[\s　]*计|总[\s　]*计|汇[\s　]*总)[:：]?$|^(平均|均值|求和|计数)[:：]?$'
        '|(?i)^(sub|grand)?\s*total|^(sum|avg|average|count)[:：]?$'), false);

-- The column, of a list of {'column', 'text'}, in which a totals row says that it is one; NULL when none does.
CREATE OR REPLACE TEMP MACRO totals_column(cells) AS list_filter(cells, lambda c: says_total(c.text))[1]."column";

-- A number that went through a spreadsheet: 3.71E+17, digits with a decimal point behind, or the name of an error (a
-- formula that found nothing, saved as text): taken as a number, everybody whose look-up failed would be one person.
CREATE OR REPLACE TEMP MACRO is_destroyed(x) AS
    CASE
        WHEN contains(x, '.') OR contains(x, '+')
            THEN regexp_full_match(x, '(?i)[0-9](\.[0-9]+)?E\+[0-9]+|[0-9]\.[0-9]+E[0-9]+|[0-9]{12,}\.0+')
        WHEN starts_with(x, '#')
            THEN regexp_full_match(x, '(?i)#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|ERROR!|GETTING_DATA)')
        ELSE false
    END;

-- The resident identity number (GB 11643). The first 17 digits, the last counted as digit 0, weigh 2 to the power of
-- their place plus one (the ISO 7064 weights 7, 9, 10, 5 … 2 are these powers modulo 11). Because a digit is
-- n // 10^k - 10 * (n // 10^(k + 1)), the sum of digits by powers of two is n - 4 * sum(2^k * (n // 10^k)): sixteen whole
-- divisions and no text.
CREATE OR REPLACE TEMP MACRO weighted(n) AS
    2 * (n - 4 * (
        2 * (n // 10) + 4 * (n // 100) + 8 * (n // 1000) + 16 * (n // 10000) + 32 * (n // 100000)
        + 64 * (n // 1000000) + 128 * (n // 10000000) + 256 * (n // 100000000) + 512 * (n // 1000000000)
        + 1024 * (n // 10000000000) + 2048 * (n // 100000000000) + 4096 * (n // 1000000000000)
        + 8192 * (n // 10000000000000) + 16384 * (n // 100000000000000) + 32768 * (n // 1000000000000000)
        + 65536 * (n // 10000000000000000)));

-- Whether a number yyyymmdd is a day of the calendar within living memory. The first branch answers for nearly all.
CREATE OR REPLACE TEMP MACRO is_day(d) AS
    CASE
        WHEN d % 100 BETWEEN 1 AND 28 AND d // 100 % 100 BETWEEN 1 AND 12 THEN d BETWEEN 18500101 AND 21001231
        WHEN NOT (d BETWEEN 18500101 AND 21001231 AND d // 100 % 100 BETWEEN 1 AND 12 AND d % 100 >= 1) THEN false
        ELSE (d % 100 <= 30 AND d // 100 % 100 <> 2)
            OR (d % 100 = 31 AND (d // 100 % 100 + d // 100 % 100 // 8) % 2 = 1)
            OR (d % 10000 = 229 AND (d // 10000 % 4 = 0 AND (d // 10000 % 100 <> 0 OR d // 10000 % 400 = 0)))
    END;

-- First two digits of a statistical region, of Hong Kong, Macao, Taiwan and foreign residents' numbers, and the 99 of
-- sample data that can be nobody's.
CREATE OR REPLACE TEMP MACRO is_province(p) AS
    CASE
        WHEN p BETWEEN 31 AND 37 OR p BETWEEN 41 AND 46 OR p = 99 THEN true
        ELSE p BETWEEN 11 AND 15 OR p BETWEEN 21 AND 23 OR p BETWEEN 50 AND 54 OR p BETWEEN 61 AND 65
            OR p BETWEEN 81 AND 83 OR p = 71 OR p = 91
    END;

-- A cell that says resident identity card, or leaves it open.
CREATE OR REPLACE TEMP MACRO is_resident_type(t) AS
    CASE
        WHEN t IS NULL OR t = '01' OR t = '' THEN true
        ELSE regexp_full_match(t, '-|1|1\.0|身份证|.*居民身份证.*')
    END;

-- Eighteen digits as one number; NULL for anything else. A number this large written in 18 characters has no sign.
CREATE OR REPLACE TEMP MACRO eighteen_digits(c) AS
    CASE WHEN strlen(c) = 18 AND TRY_CAST(c AS BIGINT) >= 100000000000000000 THEN TRY_CAST(c AS BIGINT) END;

-- The 17 digits a certificate number is judged by: its own, those of a disability certificate (20 characters), or a
-- 15-digit number's with the century put in. NULL when it is none of them. whole: its eighteen_digits.
CREATE OR REPLACE TEMP MACRO body_of(c, whole, resident) AS
    CASE
        WHEN whole IS NOT NULL THEN whole // 10
        WHEN strlen(c) = 18 OR strlen(c) = 20 THEN
            CASE WHEN regexp_full_match(c, '[0-9]{17}[0-9X]([0-9]{2})?') THEN CAST(left(c, 17) AS BIGINT) END
        WHEN strlen(c) = 15 AND resident THEN
            CASE WHEN regexp_full_match(c, '[0-9]{15}') AND is_day(TRY_CAST('19' || c[7:12] AS INTEGER))
                THEN CAST(left(c, 6) || '19' || c[7:15] AS BIGINT) END
    END;

-- A pass without the two digits that count its renewals: Hong Kong and Macao residents' (H or M and eight digits), which no
-- other paper looks like; Taiwan residents' (eight digits) only where the type says so, as ten digits may be anything.
CREATE OR REPLACE TEMP MACRO pass_number(c, cert_type) AS
    CASE
        WHEN regexp_full_match(c, '[HM][0-9]{8}([0-9]{2}|\([0-9]{2}\))') THEN left(c, 9)
        WHEN regexp_full_match(c, '[0-9]{8}([0-9]{2}|\([0-9A-Z]{1,2}\))') AND (cert_type = '06' OR contains(cert_type, '台')) THEN left(c, 8)
        ELSE c
    END;

-- The number in its normal form, given its 17 digits. cert_type: what the cell of the certificate's type says, NULL without one.
CREATE OR REPLACE TEMP MACRO normal_certno(c, body, cert_type) AS
    CASE
        WHEN strlen(c) = 18 THEN c
        WHEN body IS NULL AND strlen(c) >= 10 AND strlen(c) <= 13 THEN pass_number(c, cert_type)
        WHEN body IS NULL THEN c
        WHEN strlen(c) = 20 THEN left(c, 18)
        ELSE lpad(body::VARCHAR, 17, '0') || '10X98765432'[(weighted(body) % 11 + 1)::INTEGER]
    END;

-- Whether its 18th character is wrong: the weighted sum with it must leave 1 when divided by 11.
CREATE OR REPLACE TEMP MACRO wrong_sum(c, whole, body) AS
    coalesce((weighted(body) + CASE
        WHEN whole IS NOT NULL THEN whole % 10
        WHEN strlen(c) = 15 THEN (12 - weighted(body) % 11) % 11
        WHEN c[18] = 'X' THEN 10
        ELSE ascii(c[18]) - 48
    END) % 11 <> 1, false);

-- The two marks of identifiers.py, written in the place of a number: some of its characters are hidden, or it cannot be had out
-- of its cell for certain. Both sort before every digit and letter.
CREATE OR REPLACE TEMP MACRO is_masked(x) AS coalesce(x = '*', false);
CREATE OR REPLACE TEMP MACRO is_unclear(x) AS coalesce(x = '!', false);

-- A number that is one: not hidden. Of a certificate number, words without any digit are none, either.
CREATE OR REPLACE TEMP MACRO unmasked(x) AS CASE WHEN x >= '0' OR x <> '*' THEN nullif(x, '') END;
CREATE OR REPLACE TEMP MACRO certno_of(x) AS
    CASE
        -- What begins with a digit has one; a passport begins with a letter, and so does a lone X.
        WHEN x >= '0' AND x < ':' THEN x
        WHEN x = '' OR x = '*' OR x = '!' OR NOT regexp_matches(x, '[0-9#]') THEN NULL
        ELSE x
    END;

-- Words where a certificate number belongs (新生儿, 无号可填): they say nobody.
CREATE OR REPLACE TEMP MACRO is_words(x) AS
    CASE WHEN x >= '0' AND x < ':' THEN false ELSE coalesce(x <> '' AND x <> '*' AND x <> '!' AND certno_of(x) IS NULL, false) END;

-- Why a row of a table that knows people by their certificate number only has nobody; NULL where it has.
CREATE OR REPLACE TEMP MACRO nobody_reason(cell, certno) AS
    CASE
        WHEN certno IS NOT NULL THEN NULL
        WHEN cell = '*' THEN 'masked_number'
        WHEN cell <> '' THEN 'unclear_number'
        ELSE 'missing_person'
    END;

-- Whether a certificate number cannot be had back from its cell: the cell was a number, holds an exponent or an error, or
-- ends in 000 with a wrong checksum, as eighteen digits do that went through a number cell.
CREATE OR REPLACE TEMP MACRO is_lost(number_cell, c, bad_sum) AS
    number_cell OR coalesce(is_destroyed(c), false) OR (bad_sum AND c LIKE '%000');

-- What is suspicious about a certificate number that was not lost: flag ids, with blanks between them.
CREATE OR REPLACE TEMP MACRO number_flags(c, body, normal, bad_sum, lost, resident) AS
    concat_ws(' ',
        CASE WHEN bad_sum AND resident AND NOT lost THEN 'wrong_checksum' END,
        CASE WHEN resident AND NOT lost AND NOT is_day(body // 1000 % 100000000) THEN 'impossible_birth_date' END,
        CASE WHEN resident AND NOT lost AND NOT is_province(body // 1000000000000000) THEN 'unknown_region_prefix' END,
        CASE WHEN body IS NOT NULL AND strlen(c) = 15 THEN 'converted_from_15' END,
        CASE WHEN body IS NULL AND normal IS NOT NULL AND resident AND NOT lost THEN 'not_resident_number' END);

-- A row's flags as they are stored: ids with blanks between them, NULL for the many rows without any.
CREATE OR REPLACE TEMP MACRO flag_text(flags) AS CASE WHEN len(flags) > 0 THEN array_to_string(flags, ' ') END;

-- A row's reasons: those found, or that it is a totals row, of which everything else is beside the point.
CREATE OR REPLACE TEMP MACRO reasons_of(found, totals) AS
    CASE WHEN len(found) > 0 AND totals IS NOT NULL THEN [totals || ':totals_row'] ELSE found END;
