-- The two hashes of every row this load has taken in. in: known, this_load
SELECT b.batch, (k.ref & ((1::BIGINT << 40) - 1))::INTEGER AS line, k.h, k.digest
FROM known AS k
JOIN this_load AS b ON k.ref >> 40 = b.batch
