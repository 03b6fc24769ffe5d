-- Who is linked, however far: the smallest key of a group stands for it. in: links(one, other); out: stored, head
WITH RECURSIVE both_ways AS (
    SELECT one AS stored, other FROM links
    UNION ALL
    SELECT other, one FROM links
),
reached AS (
    SELECT stored, stored AS other FROM both_ways
    UNION
    SELECT r.stored, b.other FROM reached AS r JOIN both_ways AS b ON b.stored = r.other
)
SELECT stored, min(other) AS head FROM reached GROUP BY stored
