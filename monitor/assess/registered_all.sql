-- What the register says of one person, in one row; none when the register does not know them. in: register, wanted
SELECT
    r.person,
    arg_max(r.insutype, (coalesce(r.insured, true), r.batch, r.line)) AS insutype,
    arg_max(r.insu_admdvs, (coalesce(r.insured, true), r.batch, r.line)) AS insu_admdvs,
    arg_max(r.town, (coalesce(r.insured, true), r.batch, r.line)) AS town,
    bool_or(coalesce(r.deceased, false)) AS deceased,
    count(DISTINCT r.psn) AS psn_nos
FROM (SELECT * REPLACE (coalesce(person, psn) AS person) FROM register) AS r
SEMI JOIN wanted AS w ON w.person = r.person
GROUP BY r.person
