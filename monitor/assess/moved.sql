-- People alerted before whose key stands under another now. in: alerted_before(person), numbers_resolved; out: stored, person
SELECT n.stored, n.person
FROM numbers_resolved AS n
SEMI JOIN alerted_before AS a ON a.person = n.stored
ORDER BY n.stored
