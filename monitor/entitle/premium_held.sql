-- Which categories with premium support a person holds, on the first days of the months asked about (`list_days`): one month's,
-- or every month's of the year up to a day where leavers keep the year and where the year is looked at as a whole. Where who is
-- approved within a month is supported the same month (`joiners_next_year`: 当月资助参保), the month of the approval counts.
-- `begin` is the earliest beginning, `on_last` whether they still hold it on the last of the days, `approved` when it was given.
-- in: identity_spells, identities, list_days(day, month_end, last), premiums(category, past, kind, joiners_next_year, …)
-- out: one row a person and category: person, category, begin, on_last, approved
WITH rules AS (
    SELECT category, bool_or(joiners_next_year) AS same_month, max(coalesce(past, DATE '9999-12-31')) AS past
    FROM premiums
    WHERE kind <> 'none'
    GROUP BY category
),
dead AS (
    SELECT person, min(coalesce(ended, DATE '0001-01-01')) AS ended FROM identities WHERE died GROUP BY person
)
SELECT s.person, s.category, min(s.first) AS begin, bool_or(d.last) AS on_last, min(s.recognised) AS approved
FROM identity_spells AS s
JOIN rules AS r ON r.category = s.category
JOIN list_days AS d
    ON CASE WHEN r.same_month THEN least(s.first, s.recognised) <= d.month_end ELSE s.first <= d.day END
    AND s.past > d.day AND d.day < r.past
LEFT JOIN dead AS x ON x.person = s.person
WHERE x.person IS NULL OR x.ended >= d.day
GROUP BY s.person, s.category
