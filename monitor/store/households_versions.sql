-- What a stored row is known by: h, a hash of its key, and digest, a hash of its content. hash() is DuckDB's own, and is
-- only ever kept with the mark of who made it. in: stored; out: batch, line, h, digest
-- The key is person and year: nobody belongs to two households, and whoever moves is moved by the later load.
SELECT
    batch,
    line,
    -- columns: key
    hash(person, hash(income_year)) AS h,
    -- columns end
    -- columns: digest
    hash(
        household, person, name, members, family_income, income_year, dibao_line, local_hukou, property_ok
    ) AS digest
    -- columns end
FROM stored
