-- Where the register's links would bring together whom an officer has put apart, the officer's words alone hold in that group.
-- in: links, groups(stored, head), decided; out: links' columns
WITH torn AS (
    SELECT a.head
    FROM decided AS d
    JOIN groups AS a ON a.stored = d.one
    JOIN groups AS b ON b.stored = d.other AND b.head = a.head
    WHERE NOT d.together
)
SELECT l.*
FROM links AS l
JOIN groups AS g ON g.stored = l.one
ANTI JOIN torn AS t ON t.head = g.head AND NOT l.decided
