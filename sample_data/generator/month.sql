-- Which rows the file of the month in `file_month` holds, in the order it holds them.
--
-- Regular settlements are slots 0 … settlements - 1. Four people share a group of slots, in the proportions
-- 1 : 4 : 10 : 25, so that some hardly ever go to hospital and some live there. Person and place among the person's
-- slots follow from the slot's number by arithmetic, so no pass over all slots is ever needed.
--
-- kind: 0 a regular row; 1 an extra settlement, refunded; 2 its reversal; 3 an exact repetition of 0; 4 an earlier
-- line with 0's key and another amount; 5 the version of 0 that next month's file corrects; 6 a supplementary
-- reimbursement; 7 a row that has to be rejected.
SET VARIABLE file_month = (SELECT month FROM file_month);

CREATE OR REPLACE TEMP TABLE near AS
WITH slots AS (
    SELECT
        range AS j,
        1 + draw(50, range, getvariable('months')) AS month,
        CASE WHEN draw(51, range, 100) < 3 THEN 1 + draw(52, range, 3) ELSE 0 END AS late,
        draw(53, range, 10000) AS fate
    FROM range(0, getvariable('settlements'))
)
SELECT *, least(getvariable('months'), month + late) AS arrives FROM slots
WHERE least(getvariable('months'), month + late) BETWEEN getvariable('file_month') - 1 AND getvariable('file_month');

CREATE OR REPLACE TEMP TABLE month_slots AS
WITH wanted AS (
    -- A corrected slot comes a month later in its final form; what has no later month is not corrected.
    SELECT j, month, fate, 0 AS kind FROM near
    WHERE arrives = getvariable('file_month') AND NOT (fate BETWEEN 105 AND 134 AND arrives < getvariable('months'))
    UNION ALL SELECT j, month, fate, 0 FROM near
    WHERE arrives = getvariable('file_month') - 1 AND fate BETWEEN 105 AND 134
    UNION ALL SELECT j, month, fate, 5 FROM near
    WHERE arrives = getvariable('file_month') AND fate BETWEEN 105 AND 134 AND arrives < getvariable('months')
    -- One refund in ten is a reversal alone, one in ten an original alone.
    UNION ALL SELECT j, month, fate, 1 FROM near WHERE arrives = getvariable('file_month') AND fate < 60 AND draw(54, j, 10) <> 1
    UNION ALL SELECT j, month, fate, 2 FROM near WHERE arrives = getvariable('file_month') AND fate < 60 AND draw(54, j, 10) <> 2
    UNION ALL SELECT j, month, fate, 3 FROM near WHERE arrives = getvariable('file_month') AND fate BETWEEN 60 AND 89
    UNION ALL SELECT j, month, fate, 4 FROM near WHERE arrives = getvariable('file_month') AND fate BETWEEN 90 AND 104
    UNION ALL SELECT j, month, fate, 6 FROM near WHERE arrives = getvariable('file_month') AND fate BETWEEN 135 AND 154
    UNION ALL SELECT j, month, fate, 7 FROM near WHERE arrives = getvariable('file_month') AND fate BETWEEN 155 AND 169
        AND getvariable('dirty')
), shared AS (
    SELECT
        *,
        j % getvariable('group_slots') AS place,
        getvariable('group_slots') // 40 AS first_end,
        getvariable('group_slots') // 40 + getvariable('group_slots') // 10 AS second_end,
        getvariable('group_slots') // 40 + getvariable('group_slots') // 10 + getvariable('group_slots') // 4
            AS third_end,
        getvariable('first_day') + to_months((month - 1)::INTEGER) AS month_start
    FROM wanted
), assigned AS (
    SELECT
        j, fate, kind,
        (j // getvariable('group_slots')) * 4 + CASE
            WHEN place < first_end THEN 0 WHEN place < second_end THEN 1 WHEN place < third_end THEN 2 ELSE 3
        END AS i,
        place - CASE
            WHEN place < first_end THEN 0 WHEN place < second_end THEN first_end WHEN place < third_end THEN second_end
            ELSE third_end
        END AS slot,
        CASE
            WHEN place < first_end THEN first_end
            WHEN place < second_end THEN second_end - first_end
            WHEN place < third_end THEN third_end - second_end
            ELSE getvariable('group_slots') - third_end
        END AS slots,
        -- The last group may be cut short: nobody in it is aimed.
        (j // getvariable('group_slots') + 1) * getvariable('group_slots') <= getvariable('settlements') AS whole,
        month_start
            + to_days(draw(55, j, day(last_day(month_start::DATE)))::INTEGER)
            + to_seconds(CASE WHEN draw(56, j, 20) = 0 THEN 0 ELSE 28800 + draw(57, j, 36000) END) AS settled,
        draw(56, j, 20) = 0 AS day_only
    FROM shared
)
SELECT * FROM assigned WHERE i < getvariable('people') ORDER BY settled, j, kind DESC;
