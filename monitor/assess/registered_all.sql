-- What the register says of one person, in one row; none when the register does not know them. in: placed_register, wanted
SELECT
    r.person,
    arg_max(r.insutype, r.place) AS insutype,
    arg_max(r.insu_admdvs, r.place) AS insu_admdvs,
    arg_max(r.town, r.place) AS town,
    bool_or(coalesce(r.deceased, false)) AS deceased,
    count(DISTINCT r.psn) AS psn_nos
FROM placed_register AS r
SEMI JOIN wanted AS w ON w.person = r.person
GROUP BY r.person
