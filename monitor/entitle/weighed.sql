-- Every settlement of a recognised person against each of their schedules: counted, or why not. Care within the insured
-- prefecture needs no referral; elsewhere `referred` decides, and blank is taken as referred and says so. A place that is
-- not given is taken as the insured prefecture, unless pay_loc says settled elsewhere.
-- in: theirs, beyond, care_of, windows, schedules, schedule_care, aid_year(first); out: one row a settlement and schedule
WITH placed AS (
    SELECT
        t.*, c.care,
        coalesce(CASE WHEN t.fix_blng_admdvs <> '' THEN t.fix_blng_admdvs END, '') AS place
    FROM theirs AS t
    JOIN care_of AS c ON c.med_type = t.med_type
),
beside AS (
    SELECT
        w.person, w.category, w.entry, w.begin, w.since, w.past, p.batch, p.line, p.setl_id, p.setl_time, p.med_type, p.care,
        p.place, p.referred, p.in_policy, p.maf_pay,
        coalesce(CASE WHEN p.insu_admdvs <> '' THEN p.insu_admdvs END, w.insu_admdvs) AS insured,
        p.pay_loc, k.care IS NOT NULL AS listed, s.apart, s.needs_referral, s.tilt_needs_referral, s.tilt_within, s.has_tilt,
        s.tilt_calendar_year,
        -- Payments of other insurance the schedule takes off first, as far as psn_part_amt is not net of them already.
        coalesce(least(
            b.beyond,
            CASE WHEN s.off_cvlserv_pay THEN b.cvlserv_pay ELSE 0 END + CASE WHEN s.off_hifes_pay THEN b.hifes_pay ELSE 0 END
            + CASE WHEN s.off_hifdm_pay THEN b.hifdm_pay ELSE 0 END + CASE WHEN s.off_oth_pay THEN b.oth_pay ELSE 0 END
        ), 0) AS taken_off
    FROM windows AS w
    JOIN schedules AS s ON s.entry = w.entry
    JOIN placed AS p ON p.person = w.person
    LEFT JOIN schedule_care AS k ON k.entry = w.entry AND k.care = p.care
    LEFT JOIN beyond AS b ON b.batch = p.batch AND b.line = p.line
),
referred AS (
    SELECT
        *,
        CASE
            WHEN place <> '' AND substr(place, 1, 4) = substr(insured, 1, 4) THEN 'local'
            WHEN place = '' AND coalesce(pay_loc, '') NOT IN ('3', '4') THEN 'local'
            WHEN referred = '1' THEN 'referred'
            WHEN referred = '0' THEN 'unreferred'
            ELSE 'assumed'
        END AS referral,
        CASE
            WHEN place <> '' THEN substr(place, 1, 2) = substr(insured, 1, 2)
            ELSE coalesce(pay_loc, '') <> '4'
        END AS in_province
    FROM beside
),
judged AS (
    SELECT
        *,
        CASE
            WHEN setl_time < since OR setl_time >= past THEN 'outside_window'
            WHEN care = 'assistance_record' AND NOT apart THEN 'record'
            WHEN NOT listed THEN 'care'
            WHEN needs_referral AND referral = 'unreferred' THEN 'unreferred'
            ELSE ''
        END AS why
    FROM referred
)
SELECT
    judged.*,
    why = '' AND has_tilt AND NOT (tilt_needs_referral AND referral = 'unreferred')
        AND (tilt_within = '' OR in_province)
        AND NOT (tilt_calendar_year AND setl_time < y.first) AS qualifies
FROM judged
CROSS JOIN aid_year AS y
