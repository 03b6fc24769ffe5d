-- Premium support: of the categories a person holds the one that gives most (就高不重复), and what it gives. Employees' premiums
-- are not what is supported; who is insured outside the document's region is not its business. `waits`: recognised within the
-- year where who has paid already is supported from the next (次年资助).
-- in: premium_held, registered_people(person, insutype, insu_admdvs, town, insured, in_register), document_region,
-- premiums(category, position, region_prefix, kind, share, amount, standard, due, shares_due, optional_shares, fiscal, tier, missing), aid_year
-- out: one row a person
WITH due AS (
    SELECT
        h.person, h.category, h.begin, h.approved, h.on_last, p.position, p.kind, p.share, p.amount, p.tier, p.standard, p.due,
        p.shares_due, p.optional_shares, p.fiscal, p.missing, p.joiners_next_year, h.begin > y.first AS joined,
        r.insutype, r.insu_admdvs, r.town, r.insured, r.in_register
    FROM premium_held AS h
    JOIN registered_people AS r ON r.person = h.person
    CROSS JOIN document_region AS g
    CROSS JOIN aid_year AS y
    JOIN premiums AS p ON p.category = h.category
        AND starts_with(CASE WHEN r.insu_admdvs = '' THEN g.prefix ELSE r.insu_admdvs END, p.region_prefix)
    WHERE p.kind <> 'none' AND (r.insutype = '' OR starts_with(r.insutype, '39'))
),
placed AS (
    SELECT
        *,
        max(optional_shares) OVER own AS most_shares,
        joiners_next_year AND bool_and(joined) OVER own AS waits,
        bool_or(on_last) OVER own AS still,
        min(approved) OVER own AS since,
        row_number() OVER (
            PARTITION BY person
            ORDER BY
                CASE kind WHEN 'full' THEN 0 WHEN 'share' THEN 1 WHEN 'fixed' THEN 2 ELSE 3 END, coalesce(share, 0) DESC,
                coalesce(due, amount, 0) + coalesce(shares_due, 0) DESC, optional_shares DESC, position
        ) AS choice
    FROM due
    WINDOW own AS (PARTITION BY person)
)
SELECT * EXCLUDE (choice, joined, position, on_last) FROM placed WHERE choice = 1
