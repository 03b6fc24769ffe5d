-- Settlements of a chunk by month and insured district. in: cleaned, accepted
SELECT (year(c.setl_time) * 100 + month(c.setl_time))::INTEGER AS month, c.insu_admdvs AS district, count(*) AS settlements
FROM cleaned AS c
SEMI JOIN accepted AS a ON a.line = c.line
GROUP BY 1, 2
