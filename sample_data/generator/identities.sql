-- Lists with effective dates. Category as id, Chinese name or platform code, as departments really send them.
-- rank: 1 the first identity, 2 the second, 3 a row whose number a spreadsheet destroyed.
CREATE TEMP VIEW possible_identities AS
SELECT i, 1 AS rank FROM everybody WHERE identity_draw(i) < 630
UNION ALL SELECT i, 2 FROM everybody WHERE identity_draw(i) < 630 AND may_hold_two(i)
UNION ALL SELECT i, 3 FROM everybody WHERE draw(40, i, 20000) = 0;

CREATE TEMP VIEW identity_rows AS
WITH held AS (
    SELECT *, CASE rank WHEN 1 THEN category WHEN 2 THEN second_category ELSE 'dibao' END AS held_category
    FROM described('possible_identities')
), dated AS (
    SELECT
        *,
        getvariable('first_day') AS first_day,
        draw(41, i * 4 + rank, 12) AS month_of_change
    FROM held
    WHERE held_category IS NOT NULL
)
SELECT
    CASE WHEN rank = 3 THEN '9.90E+17' ELSE certno END AS certno,
    psn_name,
    CASE draw(42, i * 4 + rank, 3)
        WHEN 0 THEN held_category
        WHEN 1 THEN names.chinese
        ELSE names.code
    END AS category,
    CASE
        WHEN rank = 1 AND identity_course BETWEEN 85 AND 91 THEN first_day + to_months(month_of_change::INTEGER)
        ELSE first_day - to_months(1 + draw(43, i * 4 + rank, 48)::INTEGER)
    END::DATE::VARCHAR AS "begin",
    CASE
        WHEN rank = 1 AND identity_course >= 92
            THEN (first_day + to_months(1 + month_of_change::INTEGER) - INTERVAL 1 DAY)::DATE::VARCHAR
    END AS "end",
    names.department AS department,
    CASE WHEN held_category LIKE 'monitored%' THEN CASE WHEN risk_gone THEN '是' ELSE '否' END END AS risk_eliminated
FROM dated
JOIN category_names AS names ON names.id = held_category
ORDER BY i, rank;
