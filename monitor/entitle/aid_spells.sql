-- The days each identity counts for assistance: as its list says, but to the end of the year where one recognition gives a
-- whole medical year (Weihai's illness_poor). in: identity_spells, category_terms(category, keeps_year)
-- out: identity_spells' columns
SELECT
    s.* REPLACE (
        CASE WHEN coalesce(t.keeps_year, false) AND s.past < DATE '9999-01-01' THEN make_date(year(s.past - 1) + 1, 1, 1)
            ELSE s.past
        END AS past
    )
FROM identity_spells AS s
LEFT JOIN category_terms AS t ON t.category = s.category
