-- What the register says of each candidate: of several psn_no the insured one first, then the latest.
-- in: candidates, register; out: person, insutype, insu_admdvs, town, deceased
SELECT
    r.person,
    arg_max(r.insutype, (coalesce(r.insured, true), r.batch, r.line)) AS insutype,
    arg_max(r.insu_admdvs, (coalesce(r.insured, true), r.batch, r.line)) AS insu_admdvs,
    arg_max(r.town, (coalesce(r.insured, true), r.batch, r.line)) AS town,
    bool_or(coalesce(r.deceased, false)) AS deceased
FROM (SELECT coalesce(person, psn) AS person, insutype, insu_admdvs, town, deceased, insured, batch, line FROM register) AS r
SEMI JOIN candidates AS c ON c.person = r.person
GROUP BY r.person
