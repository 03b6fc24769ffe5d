-- The day of the latest settlement that counts by itself (DECISIONS.md: a later version or a reversal does not undo it), of
-- those nobody has added up beforehand. in: unsummed, variables window_first, window_past; out: one row
SELECT CAST(max(setl_time) AS DATE) AS latest
FROM unsummed
WHERE counts
    AND setl_time >= getvariable('window_first')
    AND setl_time < getvariable('window_past')
