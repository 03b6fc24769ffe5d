-- The application that counts of each person and category in the year: a granted one before a pending one before a
-- refused one, then the earliest; `granted` is how many were (Weihai: one a year, a second is listed for checking and
-- counts once). What is decided after as_of is pending on that day.
-- in: applications, aid_year(first, past, as_of); out: person, category, applied_on, decided_on, outcome, granted
WITH told AS (
    SELECT
        a.person, a.category, a.applied_on,
        CASE WHEN coalesce(a.decided_on, a.applied_on) > y.as_of THEN NULL ELSE a.decided_on END AS decided_on,
        CASE WHEN coalesce(a.decided_on, a.applied_on) > y.as_of THEN 'pending' ELSE a.outcome END AS outcome
    FROM applications AS a
    CROSS JOIN aid_year AS y
    WHERE a.applied_on >= y.first AND a.applied_on <= y.as_of
),
ordered AS (
    SELECT
        *,
        count(*) FILTER (outcome = 'granted') OVER (PARTITION BY person, category) AS granted,
        row_number() OVER (
            PARTITION BY person, category
            ORDER BY CASE outcome WHEN 'granted' THEN 0 WHEN 'pending' THEN 1 ELSE 2 END, applied_on
        ) AS choice
    FROM told
)
SELECT person, category, applied_on, decided_on, outcome, granted FROM ordered WHERE choice = 1
