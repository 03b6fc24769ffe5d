-- How many stored settlements, superseded ones too, two periods hold. in: settlements, period, before_period(first, past)
SELECT
    count(*) FILTER (s.setl_time >= p.first AND s.setl_time < p.past) AS in_window,
    count(*) FILTER (s.setl_time >= b.first AND s.setl_time < b.past) AS in_before
FROM settlements AS s CROSS JOIN period AS p CROSS JOIN before_period AS b
WHERE s.line > 0
