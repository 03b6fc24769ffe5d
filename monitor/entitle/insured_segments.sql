-- Each segment of each person's base, exactly. in: insured_sums, segments(scheme, above, up_to, ratio); out: person, segment rows
SELECT
    i.person, g.above, g.up_to, g.ratio,
    CAST(greatest(least(i.base, coalesce(g.up_to, i.base)) - g.above, 0) AS DECIMAL(18, 2)) AS within,
    CAST(g.ratio * greatest(least(i.base, coalesce(g.up_to, i.base)) - g.above, 0) AS DECIMAL(24, 6)) AS pays
FROM insured_sums AS i
JOIN segments AS g ON starts_with(i.insutype, g.scheme)
WHERE i.tilted
