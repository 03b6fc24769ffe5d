-- Every version of the repeated keys. in: versions(batch, line, h, digest: of the files that hold them), repeated_keys,
-- outdated_before(batch, line); out: ref, h, digest
SELECT (v.batch::BIGINT << 40) + v.line AS ref, v.h, v.digest
FROM versions AS v
SEMI JOIN repeated_keys AS r ON r.h = v.h
ANTI JOIN outdated_before AS o ON o.batch = v.batch AND o.line = v.line
