-- The sighting that names each wanted person: one with the register's current name first, then the latest.
-- in: people_wanted(person), all_sightings(person, psn, name, batch, line), register
-- out: person (as wanted), number (the sighting's certno key), psn, name, batch, line
WITH registered_name AS (
    SELECT coalesce(r.person, r.psn) AS person, arg_max(r.name, (coalesce(r.insured, true), r.batch, r.line)) AS name
    FROM register AS r
    SEMI JOIN people_wanted AS w ON w.person = coalesce(r.person, r.psn)
    GROUP BY 1
),
shown AS (
    SELECT coalesce(s.person, s.psn) AS wanted, s.*
    FROM all_sightings AS s
    SEMI JOIN people_wanted AS w ON w.person = coalesce(s.person, s.psn)
)
SELECT wanted AS person, number, psn, name, batch, line
FROM (
    SELECT
        s.wanted, s.person AS number, s.psn, s.name, s.batch, s.line,
        row_number() OVER (
            PARTITION BY s.wanted
            ORDER BY coalesce(s.name = n.name, false) DESC, s.name IS NOT NULL DESC, s.batch DESC, s.line DESC, s.psn
        ) AS choice
    FROM shown AS s
    LEFT JOIN registered_name AS n ON n.person = s.wanted
) AS ordered
WHERE choice = 1
