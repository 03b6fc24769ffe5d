-- Whom it can be about: better terms, special drugs, anything paid, or more than the lowest deductible.
-- in: insured_groups, drug_care(care), insured_floor(amount); out: person, once each
SELECT g.person
FROM insured_groups AS g
CROSS JOIN insured_floor AS f
GROUP BY g.person
HAVING bool_or(g.tilted) OR bool_or(g.care IN (SELECT care FROM drug_care)) OR bool_or(g.paid <> 0)
    OR sum(greatest(g.base, 0)) > min(f.amount)
