-- The last row is the totals row people leave in exports.
COPY (FROM settlement_rows UNION ALL BY NAME SELECT '合计' AS setl_id WHERE getvariable('dirty')) TO $path (FORMAT csv, HEADER, DELIMITER ',');
