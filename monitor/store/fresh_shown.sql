-- Combinations of number, psn_no and name this load has not met yet, with their keys: one computation a combination (a
-- name: one a name), not a row. in: who, unmet(line), hash_pads(inner_pad, outer_pad)
WITH fresh AS MATERIALIZED (
    SELECT n.once, n.again, n.certno, n.psn_no, n.psn_name
    FROM who AS n
    SEMI JOIN unmet AS u ON u.line = n.line
    GROUP BY n.once, n.again, n.certno, n.psn_no, n.psn_name
),
names AS (
    SELECT d.psn_name, key_of('name', d.psn_name, p.inner_pad, p.outer_pad) AS name
    FROM (SELECT DISTINCT psn_name FROM fresh WHERE psn_name IS NOT NULL) AS d
    CROSS JOIN hash_pads AS p
)
SELECT
    f.*,
    key_of('certno', f.certno, p.inner_pad, p.outer_pad) AS certno_key,
    key_of('psn_no', f.psn_no, p.inner_pad, p.outer_pad) AS psn,
    n.name
FROM fresh AS f
LEFT JOIN names AS n ON n.psn_name = f.psn_name
CROSS JOIN hash_pads AS p
