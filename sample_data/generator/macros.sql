-- Everything drawn is a hash of (seed, what for, which one): no state, so any person or settlement can be described
-- alone, in any order and on any number of threads, and always comes out the same.
-- The table `parameters` (one row) is written by the Python beside this file.
SET VARIABLE seed = (SELECT seed FROM parameters);
SET VARIABLE people = (SELECT people FROM parameters);
SET VARIABLE settlements = (SELECT settlements FROM parameters);
SET VARIABLE group_slots = (SELECT group_slots FROM parameters);
SET VARIABLE months = (SELECT months FROM parameters);
SET VARIABLE first_day = (SELECT first_day FROM parameters);
SET VARIABLE low_line = (SELECT low_line_fen FROM parameters);
SET VARIABLE high_line = (SELECT high_line_fen FROM parameters);
SET VARIABLE in_policy = (SELECT in_policy FROM parameters);
SET VARIABLE usual_amount = (SELECT usual_amount_fen FROM parameters);
SET VARIABLE dirty = (SELECT dirty FROM parameters);
SET VARIABLE districts = (SELECT list(code ORDER BY position) FROM districts);
SET VARIABLE outside = (SELECT list(code ORDER BY position) FROM outside_districts);

-- A number from 0 to n - 1 for thing i, drawn for the purpose `salt`. Not hash(i, salt): several arguments are only
-- XORed together at the end, so that draws for two purposes would share their low bits.
CREATE MACRO draw(salt, i, n) AS
    ((hash(xor(i::UBIGINT, hash(salt + getvariable('seed') * 1000))) >> 11) % n::UBIGINT)::BIGINT;

-- Fen to yuan, exactly.
CREATE MACRO yuan(fen) AS fen::DECIMAL(16, 0) * 0.01::DECIMAL(2, 2);

CREATE MACRO pick(options, salt, i) AS options[1 + draw(salt, i, len(options))];

-- Names nobody has: the surnames mean sample, example, test, imitation.
CREATE MACRO surname(i) AS pick(['样', '例', '试', '验', '测', '拟', '仿', '虚'], 1, i);
CREATE MACRO given(salt, i) AS pick([
    '建', '国', '秀', '英', '志', '明', '桂', '兰', '文', '华', '玉', '梅', '海', '燕', '春', '生', '德', '福', '丽',
    '娟', '永', '强', '淑', '珍', '晓', '东', '美', '玲', '长', '顺', '金', '凤', '俊', '峰', '雪', '琴', '天', '佑',
    '子', '涵', '雨', '桐', '思', '远', '宝', '山', '翠', '云', '新', '民'
], salt, i);
CREATE MACRO syllables(salt, i) AS pick([
    '样其木格', '例巴雅尔', '试苏日娜', '验那仁', '测木拉提', '拟古丽', '仿阿依', '虚卓玛', '样扎西', '例才让'
], salt, i);
CREATE MACRO full_name(i) AS CASE
    WHEN draw(2, i, 2000) = 0 THEN surname(i) || '㛃'
    WHEN draw(2, i, 2000) = 1 THEN surname(i) || '𠮷'
    WHEN draw(2, i, 2000) < 12 THEN syllables(3, i) || '·' || syllables(4, i)
    WHEN draw(2, i, 2000) < 500 THEN surname(i) || given(3, i)
    ELSE surname(i) || given(3, i) || given(4, i)
END;

-- The 18-digit number of person i. 99 is no region of the statistical codes. The four digits after it and the
-- three-digit sequence together are i in mixed radix, so no two people share a number (up to 9 million).
CREATE MACRO seventeen(region, birth, sequence) AS
    (990000 + region) * 100000000000::BIGINT + birth * 1000::BIGINT + sequence;
CREATE MACRO digit(number, place) AS ((number // place) % 10);
-- GB 11643-1999: weights 2^17 … 2^1 modulo 11.
CREATE MACRO check_digit(n) AS '10X98765432'[1 + (
    digit(n, 10000000000000000) * 7 + digit(n, 1000000000000000) * 9 + digit(n, 100000000000000) * 10
    + digit(n, 10000000000000) * 5 + digit(n, 1000000000000) * 8 + digit(n, 100000000000) * 4
    + digit(n, 10000000000) * 2 + digit(n, 1000000000) * 1 + digit(n, 100000000) * 6 + digit(n, 10000000) * 3
    + digit(n, 1000000) * 7 + digit(n, 100000) * 9 + digit(n, 10000) * 10 + digit(n, 1000) * 5
    + digit(n, 100) * 8 + digit(n, 10) * 4 + digit(n, 1) * 2
) % 11];

CREATE MACRO has_two_numbers(i) AS draw(19, i, 100) < 2;
CREATE MACRO identity_draw(i) AS draw(11, i, 10000);
CREATE MACRO may_hold_two(i) AS draw(14, i, 100) < 12;

-- Adds to the rows of a table with a column i what is true of person i:
-- birth, certno, psn_name, gend, insutype, insu_admdvs, category, second_category, deceased, registered, two_numbers,
-- focus (in the population of the lower line at the year's end), target_fen (what the year is aimed to sum to, or NULL).
CREATE MACRO described(rows_of) AS TABLE
WITH drawn AS (
    SELECT
        *,
        DATE '1931-01-01' + draw(10, i, 33000)::INTEGER AS birth,
        identity_draw(i) AS identity_draw,
        draw(12, i, 100) AS identity_course,
        draw(13, i, 10) < 2 AS risk_gone,
        may_hold_two(i) AS has_second,
        draw(15, i, 1000) AS heavy_draw,
        draw(16, i, 10) AS heavy_kind,
        draw(17, i, 100) = 0 AS deceased,
        draw(18, i, 1000) >= 3 AS registered,
        has_two_numbers(i) AS two_numbers,
        draw(20, i, 500) = 0 AS insured_outside,
        draw(21, i, 1000) = 0 AS checksum_wrong,
        draw(22, i, 100) AS scheme_draw
    FROM query_table(rows_of)
), placed AS (
    SELECT
        * EXCLUDE (insured_outside, scheme_draw),
        seventeen(
            1000 + i // 1000,
            year(birth) * 10000 + month(birth) * 100 + day(birth),
            i % 1000
        ) AS number_17,
        CASE WHEN i % 2 = 1 THEN '1' ELSE '2' END AS gend,
        CASE
            WHEN scheme_draw < 30 AND year(birth) BETWEEN 1940 AND 2005 THEN '310'
            WHEN scheme_draw < 95 THEN '390'
            ELSE '391'
        END AS insutype,
        CASE
            WHEN insured_outside THEN pick(getvariable('outside'), 23, i)
            ELSE pick(getvariable('districts'), 23, i)
        END AS insu_admdvs,
        CASE
            WHEN identity_draw < 220 THEN 'dibao'
            WHEN identity_draw < 245 THEN 'tekun'
            WHEN identity_draw < 250 THEN 'orphan'
            WHEN identity_draw < 255 THEN 'child_in_need'
            WHEN identity_draw < 260 THEN 'returned_to_poverty'
            WHEN identity_draw < 300 THEN 'monitored_unstable'
            WHEN identity_draw < 340 THEN 'monitored_marginal'
            WHEN identity_draw < 370 THEN 'monitored_sudden'
            WHEN identity_draw < 510 THEN 'dibao_marginal'
            WHEN identity_draw < 590 THEN 'lifted_out'
            WHEN identity_draw < 600 THEN 'illness_poor'
            WHEN identity_draw < 630 THEN 'severe_disability'
        END AS category
    FROM drawn
), known AS (
    SELECT
        *,
        number_17::VARCHAR || CASE
            WHEN checksum_wrong THEN CASE WHEN check_digit(number_17) = '1' THEN '2' ELSE '1' END
            ELSE check_digit(number_17)
        END AS certno,
        CASE
            WHEN NOT has_second THEN NULL
            WHEN category = 'dibao' THEN 'monitored_sudden'
            WHEN category LIKE 'monitored%' THEN 'dibao_marginal'
            WHEN category = 'dibao_marginal' THEN 'severe_disability'
            WHEN category IS NOT NULL THEN 'dibao'
        END AS second_category,
        -- identity_course: below 85 the whole year; below 92 begins in the year; the rest end in the year.
        (category = 'dibao_marginal' OR (category LIKE 'monitored%' AND NOT risk_gone))
            AND identity_course < 92 AS focus
    FROM placed
)
SELECT
    * EXCLUDE (heavy_draw, heavy_kind),
    full_name(i) AS psn_name,
    CASE WHEN focus THEN getvariable('low_line') ELSE getvariable('high_line') END AS line_fen,
    CASE
        WHEN heavy_draw >= CASE WHEN focus THEN 120 WHEN category IS NULL THEN 6 ELSE 20 END THEN NULL
        WHEN heavy_kind = 0 THEN line_fen
        WHEN heavy_kind = 1 THEN line_fen - 1
        WHEN heavy_kind = 2 THEN line_fen + 1
        WHEN heavy_kind < 5 THEN line_fen // 2 + draw(24, i, line_fen // 2)
        WHEN heavy_kind < 9 THEN line_fen + draw(24, i, line_fen * 3 // 2)
        ELSE line_fen * 5 // 2 + draw(24, i, line_fen * 5 // 2)
    END AS target_fen
FROM known;
