-- The year's care added up: what everything after this is made of. in: insured_care
-- out: one row a person, terms (`tilted`) and kind of care: base, added, paid; where and under which scheme it was last
SELECT
    person, tilted, care, sum(base) AS base, sum(added) AS added, sum(paid) AS paid, max((setl_time, setl_id)) AS latest,
    arg_max(insutype, (setl_time, setl_id)) AS insutype, arg_max(insu_admdvs, (setl_time, setl_id)) AS insu_admdvs
FROM insured_care
GROUP BY person, tilted, care
