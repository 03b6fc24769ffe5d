-- What each of a person's categories gives: its schedules together, as they look at different care. Computable only when
-- all of them are. in: aids; out: person, category, sums
SELECT
    person, category, min(position) AS position, max(missing) AS missing,
    CASE WHEN max(missing) = '' THEN sum(aid) + sum(tilt) END AS given
FROM aids
GROUP BY person, category
