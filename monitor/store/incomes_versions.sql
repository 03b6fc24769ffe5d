-- An income's key is region, residents and year. in: rows_in; out: ref, h, digest
SELECT
    (batch::BIGINT << 40) + line AS ref,
    hash(region, residents, year) AS h,
    hash(region, residents, year, amount, source, published_on, approved_by) AS digest
FROM rows_in
