-- A load's settlements by month and insured district, with the days of the first and the last, and of the last that counts
-- by itself. in: parts (of this load)
SELECT
    strftime(any_value(setl_time), '%Y-%m') AS month, insu_admdvs AS district, count(*) AS settlements,
    strftime(min(setl_time), '%Y-%m-%d') AS first,
    strftime(max(setl_time), '%Y-%m-%d') AS last,
    coalesce(strftime(max(setl_time) FILTER (counts), '%Y-%m-%d'), '') AS latest
FROM parts
GROUP BY (year(setl_time) * 100 + month(setl_time))::INTEGER, insu_admdvs
