-- How many current settlements a period holds, and the latest of them.
-- in: settlements, outdated(batch, line, setl_time), period, before_period(first, past); out: one row
WITH rows_in_window AS (
    SELECT
        count(*) FILTER (s.setl_time >= p.first AND s.setl_time < p.past) AS in_window,
        count(*) FILTER (s.setl_time >= b.first AND s.setl_time < b.past) AS in_before,
        max(s.setl_time) FILTER (s.setl_time >= p.first AND s.setl_time < p.past) AS latest
    FROM settlements AS s CROSS JOIN period AS p CROSS JOIN before_period AS b
),
outdated_in_window AS (
    SELECT
        count(*) FILTER (o.setl_time >= p.first AND o.setl_time < p.past) AS in_window,
        count(*) FILTER (o.setl_time >= b.first AND o.setl_time < b.past) AS in_before
    FROM (SELECT DISTINCT batch, line, setl_time FROM outdated) AS o CROSS JOIN period AS p CROSS JOIN before_period AS b
)
SELECT r.in_window - o.in_window AS settlements, r.in_before - o.in_before AS settlements_before, r.latest
FROM rows_in_window AS r CROSS JOIN outdated_in_window AS o
