-- What the register says of each candidate: of several psn_no the insured one first, then the latest.
-- in: candidates, placed_register; out: person, insutype, insu_admdvs, town, deceased
SELECT
    r.person,
    arg_max(r.insutype, r.place) AS insutype,
    arg_max(r.insu_admdvs, r.place) AS insu_admdvs,
    arg_max(r.town, r.place) AS town,
    bool_or(coalesce(r.deceased, false)) AS deceased
FROM placed_register AS r
SEMI JOIN candidates AS c ON c.person = r.person
GROUP BY r.person
