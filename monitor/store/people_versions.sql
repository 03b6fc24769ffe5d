-- What a stored row is known by: h, a hash of its key, and digest, a hash of its content. hash() is DuckDB's own, and is
-- only ever kept with the mark of who made it. in: stored; out: batch, line, h, digest
-- The register's key is psn_no, certno where there is none. Address and telephone lie sealed; contact, their keyed hash,
-- tells whether they changed.
-- by hand: key
SELECT
    batch,
    line,
    hash(register_key, 0::UBIGINT) AS h,
    -- columns: digest
    hash(
        psn, name, person, gend, insutype, insured, insu_admdvs, town, contact, household, deceased
    ) AS digest
    -- columns end
FROM stored
