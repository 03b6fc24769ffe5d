-- Each segment of each person's base, exactly, by the terms it falls under.
-- in: insured_sums, segments(scheme, region_prefix, tilted, above, up_to, ratio); out: person, tilted, segment rows
SELECT
    i.person, i.tilted, g.above, g.up_to, g.ratio,
    CAST(greatest(least(i.base, coalesce(g.up_to, i.base)) - g.above, 0) AS DECIMAL(18, 2)) AS within,
    CAST(g.ratio * greatest(least(i.base, coalesce(g.up_to, i.base)) - g.above, 0) AS DECIMAL(24, 6)) AS pays
FROM insured_sums AS i
JOIN segments AS g ON g.tilted = i.tilted AND starts_with(i.insutype, g.scheme) AND starts_with(i.insu_admdvs, g.region_prefix)
