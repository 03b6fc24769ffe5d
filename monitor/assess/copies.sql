-- Settlements that are perhaps another one once more, under another id: the same person and amounts, and one of
--   second       the same second (a time of day is given)
--   visit        the same day and mdtrt_id
--   id           the same day, and one id ends with the other (a region written in front)
--   inpatient    the same day, inpatient care of the same institution: nobody is discharged twice a day at the same price
-- The same amount twice a day without any of these is not suspected: at a pharmacy that is everyday business.
-- Of several only the first stored is nobody's copy; each other one is held against the first it is like.
-- in: same_day, inpatient(med_type); out: a row a copy, with its first
WITH pairs AS (
    SELECT
        c.*, f.batch AS first_batch, f.line AS first_line, f.setl_id AS first_setl_id, f.insu_admdvs AS first_insu_admdvs,
        f.setl_time AS first_setl_time, f.fixmedins_name AS first_fixmedins_name,
        CASE
            WHEN c.setl_time = f.setl_time AND CAST(c.setl_time AS TIME) <> TIME '00:00:00' THEN 'second'
            WHEN c.mdtrt_id <> '' AND c.mdtrt_id = f.mdtrt_id THEN 'visit'
            WHEN least(length(c.setl_id), length(f.setl_id)) >= 4
                AND (ends_with(c.setl_id, f.setl_id) OR ends_with(f.setl_id, c.setl_id)) THEN 'id'
            WHEN i.med_type IS NOT NULL AND j.med_type IS NOT NULL
                AND coalesce(c.fixmedins_code, '') = coalesce(f.fixmedins_code, '') THEN 'inpatient'
        END AS because
    FROM same_day AS c
    JOIN same_day AS f ON f.person = c.person AND f.day = c.day AND f.psn_part_amt = c.psn_part_amt AND f.maf_pay = c.maf_pay
        AND coalesce(f.medfee_sumamt = c.medfee_sumamt, true)
        AND (f.batch < c.batch OR (f.batch = c.batch AND f.line < c.line))
    LEFT JOIN inpatient AS i ON i.med_type = c.med_type
    LEFT JOIN inpatient AS j ON j.med_type = f.med_type
)
SELECT *
FROM pairs
WHERE because IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY batch, line ORDER BY first_batch, first_line) = 1
ORDER BY batch, line
