-- The people listed apart, as kept. in: set_aside
SELECT
    person, rule, kind, category, insutype, insu_admdvs, town, measure,
    CAST(burden AS DECIMAL(18, 2)) AS burden,
    CAST(benchmark AS DECIMAL(28, 8)) AS benchmark,
    CAST(benchmark_year AS INTEGER) AS benchmark_year,
    CAST(multiple AS DECIMAL(28, 8)) AS multiple,
    CAST(threshold AS DECIMAL(28, 8)) AS threshold,
    CAST(excess AS DECIMAL(28, 8)) AS excess,
    reason, provisional
FROM set_aside
ORDER BY reason, kind, excess DESC, person
