-- How many current settlements a period holds. in: rows_in_window, outdated(batch, line, setl_time), period,
-- before_period(first, past); out: one row
WITH outdated_in_window AS (
    SELECT
        count(*) FILTER (o.setl_time >= p.first AND o.setl_time < p.past) AS in_window,
        count(*) FILTER (o.setl_time >= b.first AND o.setl_time < b.past) AS in_before
    FROM (SELECT DISTINCT batch, line, setl_time FROM outdated) AS o CROSS JOIN period AS p CROSS JOIN before_period AS b
)
SELECT r.in_window - o.in_window AS settlements, r.in_before - o.in_before AS settlements_before
FROM rows_in_window AS r CROSS JOIN outdated_in_window AS o
