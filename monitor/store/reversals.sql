-- Reversals that may name an original, where at least one of the two is in this load.
-- A reversal is a valid, flagged row with init_setl_id; its key's region is the original's. One that names itself names nobody.
-- in: flagged_rows (of all loads and this one), outdated(batch, line), parts (of this load), this_load
-- out: batch, line, init_setl_id, insu_admdvs, h (of the original, as in settlements_versions), burden, total, funds
WITH every AS MATERIALIZED (
    SELECT
        s.batch, s.line, s.init_setl_id, s.insu_admdvs, hash(s.init_setl_id, s.insu_admdvs) AS h, s.burden, s.total, s.funds
    FROM flagged_rows AS s
    ANTI JOIN outdated AS o ON o.batch = s.batch AND o.line = s.line
    WHERE s.init_setl_id IS NOT NULL AND s.init_setl_id <> s.setl_id
)
SELECT e.* FROM every AS e SEMI JOIN this_load AS t ON t.batch = e.batch
UNION ALL
SELECT e.* FROM every AS e ANTI JOIN this_load AS t ON t.batch = e.batch SEMI JOIN parts AS p ON p.h = e.h
