-- When the latest settlement was that counts by itself (DECISIONS.md: a later version or a reversal does not undo it).
-- in: settlements, variables latest_from (the beginning of the last month that has any), window_past; out: one row
SELECT max(setl_time) AS latest
FROM settlements
WHERE counts
    AND setl_time >= getvariable('latest_from')
    AND setl_time < getvariable('window_past')
