-- The alerts as kept: same rows, same order, same bytes. in: alerts
SELECT
    rule, kind, person, category, insutype, insu_admdvs, town, measure,
    CAST(burden AS DECIMAL(18, 2)) AS burden,
    CAST(benchmark AS DECIMAL(28, 8)) AS benchmark,
    CAST(benchmark_year AS INTEGER) AS benchmark_year,
    CAST(multiple AS DECIMAL(28, 8)) AS multiple,
    CAST(threshold AS DECIMAL(28, 8)) AS threshold,
    CAST(excess AS DECIMAL(28, 8)) AS excess,
    crossed_on, crossing_setl_id, state, reason, provisional,
    CAST(band AS INTEGER) AS band
FROM alerts
ORDER BY kind, excess DESC, person, rule
