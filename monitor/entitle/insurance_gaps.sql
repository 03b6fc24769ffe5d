-- Nobody uninsured (不漏保、不脱保、不断保): people with a named identity in the year, and whether the register says they are insured, over
-- all it has ever said. The register has no days of its own: a change is known from the load that first told it.
-- `state`: no_register; missed (not insured and never was, as told), dropped (was, is not), interrupted (was not for a time, is again), reported (the year's
-- row of premium support says not insured, which the register does not).
-- in: identity_spells, named(category, position), aid_year, registered_people, register_rows (every row ever taken in),
-- numbers_resolved, document_region, premium_support(person, year, insured)
-- out: one row a person with any of these: person, category, still (holds it on as_of), insutype, insu_admdvs, town, state, from_batch, to_batch
WITH entitled AS (
    SELECT s.person, arg_min(s.category, n.position) AS category, bool_or(s.past > y.as_of) AS still
    FROM identity_spells AS s
    JOIN named AS n ON n.category = s.category
    CROSS JOIN aid_year AS y
    WHERE s.past > y.first
    GROUP BY s.person
),
people AS (
    SELECT e.*, r.insutype, r.insu_admdvs, r.town, r.in_register
    FROM entitled AS e
    JOIN registered_people AS r ON r.person = e.person
    CROSS JOIN document_region AS g
    WHERE r.insu_admdvs = '' OR starts_with(r.insu_admdvs, g.prefix)
),
resolved AS (
    SELECT coalesce(n.person, r.person, r.psn) AS person, r.register_key, r.batch, r.line, r.insured
    FROM register_rows AS r
    LEFT JOIN numbers_resolved AS n ON n.stored = coalesce(r.person, r.psn)
),
said AS (
    SELECT r.person, r.register_key, r.batch, arg_max(coalesce(r.insured::TINYINT, -1), r.line) AS insured
    FROM resolved AS r
    SEMI JOIN people AS p ON p.person = r.person
    GROUP BY r.person, r.register_key, r.batch
),
spans AS (
    SELECT *, lead(batch) OVER (PARTITION BY person, register_key ORDER BY batch) AS until FROM said
),
states AS (
    SELECT m.person, m.batch, max(s.insured) AS insured
    FROM (SELECT DISTINCT person, batch FROM said) AS m
    JOIN spans AS s ON s.person = m.person AND s.batch <= m.batch AND (s.until IS NULL OR s.until > m.batch)
    GROUP BY m.person, m.batch
),
sequence AS (
    SELECT
        *, lag(insured) OVER own AS before,
        max(CASE WHEN insured = 1 THEN 1 ELSE 0 END) OVER (PARTITION BY person ORDER BY batch ROWS UNBOUNDED PRECEDING) AS ever
    FROM states
    WINDOW own AS (PARTITION BY person ORDER BY batch)
),
-- Somebody who was never insured before has not been interrupted: they joined.
begun AS (
    SELECT person, batch AS from_batch, ever = 1 AS was FROM sequence WHERE insured = 0 AND before IS DISTINCT FROM 0
),
gaps AS (
    SELECT b.person, b.from_batch, b.was, min(s.batch) AS to_batch
    FROM begun AS b
    LEFT JOIN states AS s ON s.person = b.person AND s.batch > b.from_batch AND s.insured = 1
    GROUP BY b.person, b.from_batch, b.was
),
listed AS (
    SELECT person, from_batch, to_batch, was FROM gaps WHERE to_batch IS NULL OR was
),
reported AS (
    SELECT DISTINCT s.person
    FROM premium_support AS s
    CROSS JOIN aid_year AS y
    WHERE s.year = year(y.as_of) AND NOT s.insured
)
SELECT
    p.person, p.category, p.still, p.insutype, p.insu_admdvs, p.town,
    CASE
        WHEN NOT p.in_register THEN 'no_register'
        WHEN g.to_batch IS NOT NULL THEN 'interrupted'
        WHEN g.was THEN 'dropped'
        WHEN g.person IS NOT NULL THEN 'missed'
        ELSE 'reported'
    END AS state,
    g.from_batch, g.to_batch
FROM people AS p
LEFT JOIN listed AS g ON g.person = p.person
LEFT JOIN reported AS t ON t.person = p.person
WHERE NOT p.in_register OR g.person IS NOT NULL OR t.person IS NOT NULL
ORDER BY p.insu_admdvs, p.town, p.category, p.person, g.from_batch
