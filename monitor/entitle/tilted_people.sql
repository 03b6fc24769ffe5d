-- Whose critical-illness terms the document gives: its categories in force on as_of. in: identities, monitored,
-- tilted_categories(category), aid_year; out: person
SELECT DISTINCT i.person
FROM identities AS i
SEMI JOIN tilted_categories AS c ON c.category = i.category
CROSS JOIN aid_year AS y
WHERE i.begin <= y.as_of AND (i.ended IS NULL OR i.ended >= y.as_of)
    AND NOT (coalesce(i.risk_eliminated, false) AND i.category IN (SELECT category FROM monitored))
