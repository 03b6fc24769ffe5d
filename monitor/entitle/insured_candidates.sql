-- in: insured_care; out: person, once each
SELECT DISTINCT person FROM insured_care
