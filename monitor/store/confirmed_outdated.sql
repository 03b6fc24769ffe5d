-- Superseded rows whose key really is the newer row's key (a hash found them), with when they were settled.
-- in: settlements (all loads and this one), superseding(batch, line, by_batch, by_line)
SELECT old.batch, old.line, old.setl_time, new.batch AS by_batch, new.line AS by_line
FROM superseding AS s
JOIN settlements AS old ON old.batch = s.batch AND old.line = s.line
JOIN settlements AS new ON new.batch = s.by_batch AND new.line = s.by_line
WHERE old.setl_id = new.setl_id AND old.insu_admdvs IS NOT DISTINCT FROM new.insu_admdvs
