-- The register's current rows under the person they are about; the greatest `place` of a person is the row to
-- believe: an insured one first, then the latest. in: register, other_numbers; out: register's columns with person never
-- empty, and place
SELECT
    r.* REPLACE (coalesce(n.person, r.person, r.psn) AS person),
    -- insured, batch, line as one number.
    (CASE WHEN coalesce(r.insured, true) THEN 1 ELSE 0 END::BIGINT << 60) + (r.batch::BIGINT << 32) + r.line AS place
FROM register AS r
LEFT JOIN other_numbers AS n ON n.stored = coalesce(r.person, r.psn)
