-- People none of whose categories can be computed, with the first of them in order and the sentence that says why.
-- in: stretches, windows, schedules, combinations; out: person, category, entry, missing
WITH ordered AS (
    SELECT
        w.person, w.category, w.entry, s.missing,
        row_number() OVER (PARTITION BY w.person ORDER BY w.position, s.missing = '', s.apart, w.entry) AS choice
    FROM windows AS w
    JOIN schedules AS s ON s.entry = w.entry
    SEMI JOIN stretches AS d ON d.person = w.person AND d.category = w.category
    ANTI JOIN (SELECT person FROM combinations WHERE combination > 0) AS c ON c.person = w.person
)
SELECT person, category, entry, missing FROM ordered WHERE choice = 1
