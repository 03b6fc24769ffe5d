-- Rows of a chunk whose key was met before, in the store, in this load (perhaps: ``Known``) or in the chunk: what becomes of
-- them is settled when all rows are written. in: keyed, perhaps_known(line); out: line
WITH first_of_several AS (
    SELECT h, min(line) AS line FROM keyed GROUP BY h HAVING count(*) > 1
)
SELECT line FROM perhaps_known
UNION
SELECT k.line FROM keyed AS k JOIN first_of_several AS f ON f.h = k.h WHERE k.line > f.line
