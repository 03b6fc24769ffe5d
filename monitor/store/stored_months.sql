-- A load's settlements by month and insured district. in: parts (of this load)
SELECT (year(setl_time) * 100 + month(setl_time))::INTEGER AS month, insu_admdvs AS district, count(*) AS settlements
FROM parts
GROUP BY 1, 2
