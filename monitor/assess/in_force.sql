-- Which identities are in force on as_of, of those the document names. A monitored identity holds while its risk is
-- not marked eliminated (a reading: practice, no text). in: identities, named(category, position), monitored(category),
-- period(as_of); out: person, category, position
SELECT DISTINCT i.person, i.category, n.position
FROM identities AS i
JOIN named AS n ON n.category = i.category
CROSS JOIN period AS p
WHERE i.begin <= p.as_of
    AND (i.ended IS NULL OR i.ended >= p.as_of)
    AND NOT (i.risk_eliminated AND i.category IN (SELECT category FROM monitored))
