-- The register's current rows under the key settlements are stored by; the greatest `place` of a person is the row to
-- believe: an insured one first, then the latest. in: register; out: register's columns with person never empty, and place
SELECT
    * REPLACE (coalesce(person, psn) AS person),
    -- insured, batch, line as one number.
    (CASE WHEN coalesce(insured, true) THEN 1 ELSE 0 END::BIGINT << 60) + (batch::BIGINT << 32) + line AS place
FROM register
