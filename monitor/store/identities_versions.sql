-- An identity's key is person, category and first date. in: rows_in; out: ref, h, digest
SELECT
    (batch::BIGINT << 40) + line AS ref,
    hash(person, category, begin) AS h,
    hash(person, category, begin, name, ended, department, risk_eliminated, household, town, died) AS digest
FROM rows_in
