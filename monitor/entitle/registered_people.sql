-- What the register says of everybody on an identity list: scheme, district, township, insured in any psn_no (null where
-- nothing is said), of several psn_no the insured one first. in: identities, placed_register; out: one row a person listed who is not
-- known to have died; `in_register`: whether the register knows them at all
WITH listed AS (
    SELECT DISTINCT person FROM identities
),
known AS (
    SELECT
        r.person, arg_max(r.insutype, r.place) AS insutype, arg_max(r.insu_admdvs, r.place) AS insu_admdvs,
        arg_max(r.town, r.place) AS town, bool_or(r.insured) AS insured, bool_or(coalesce(r.deceased, false)) AS deceased
    FROM placed_register AS r
    SEMI JOIN listed AS l ON l.person = r.person
    GROUP BY r.person
)
SELECT
    l.person, coalesce(k.insutype, '') AS insutype, coalesce(k.insu_admdvs, '') AS insu_admdvs, coalesce(k.town, '') AS town,
    k.insured, k.person IS NOT NULL AS in_register
FROM listed AS l
LEFT JOIN known AS k ON k.person = l.person
WHERE NOT coalesce(k.deceased, false)
