-- Superseded rows whose key really is the newer row's key (a hash found them), with when they were settled.
-- in: settlements (the loads concerned), superseding(batch, line, by_batch, by_line)
WITH wanted AS (
    SELECT batch, line FROM superseding
    UNION
    SELECT by_batch, by_line FROM superseding
),
found AS MATERIALIZED (
    SELECT r.batch, r.line, r.setl_id, r.insu_admdvs, r.setl_time
    FROM settlements AS r
    SEMI JOIN wanted AS w ON w.batch = r.batch AND w.line = r.line
)
SELECT old.batch, old.line, old.setl_time, new.batch AS by_batch, new.line AS by_line
FROM superseding AS s
JOIN found AS old ON old.batch = s.batch AND old.line = s.line
JOIN found AS new ON new.batch = s.by_batch AND new.line = s.by_line
WHERE old.setl_id = new.setl_id AND old.insu_admdvs IS NOT DISTINCT FROM new.insu_admdvs
