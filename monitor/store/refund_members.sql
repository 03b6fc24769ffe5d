-- The rows of refunds that are more than one original given back whole by one reversal: a part given back, a reversal that is
-- itself reversed, and whatever hangs together with these. One step; repeated until nobody is added.
-- in: every_refund(batch, line, by_batch, by_line, whole), refund_members_before(batch, line); out: batch, line
WITH touched AS (
    SELECT batch, line, by_batch, by_line FROM every_refund WHERE NOT whole
    UNION
    SELECT p.batch, p.line, p.by_batch, p.by_line
    FROM every_refund AS p
    SEMI JOIN every_refund AS q ON q.by_batch = p.batch AND q.by_line = p.line
    UNION
    SELECT p.batch, p.line, p.by_batch, p.by_line
    FROM every_refund AS p
    JOIN refund_members_before AS m ON (m.batch = p.batch AND m.line = p.line)
    UNION
    SELECT p.batch, p.line, p.by_batch, p.by_line
    FROM every_refund AS p
    JOIN refund_members_before AS m ON (m.batch = p.by_batch AND m.line = p.by_line)
)
SELECT batch, line FROM touched
UNION
SELECT by_batch, by_line FROM touched
