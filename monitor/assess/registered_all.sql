-- What the register says of one person, in one row; none when the register does not know them. in: register, wanted
SELECT
    r.person,
    arg_max(r.insutype, r.place) AS insutype,
    arg_max(r.insu_admdvs, r.place) AS insu_admdvs,
    arg_max(r.town, r.place) AS town,
    bool_or(coalesce(r.deceased, false)) AS deceased,
    count(DISTINCT r.psn) AS psn_nos
FROM (
    SELECT
        * REPLACE (coalesce(person, psn) AS person),
        -- insured, batch, line as one number: the greatest is taken.
        (CASE WHEN coalesce(insured, true) THEN 1 ELSE 0 END::BIGINT << 60) + (batch::BIGINT << 32) + line AS place
    FROM register
) AS r
SEMI JOIN wanted AS w ON w.person = r.person
GROUP BY r.person
