-- Every settlement of a recognised person against each schedule of each category they can be aided under on its day:
-- counted, or why not. Care within the insured prefecture needs no referral; elsewhere `referred` decides, and blank is
-- taken as referred and says so. A place that is not given is taken as the insured prefecture, unless pay_loc says settled
-- elsewhere. `taken_off` is the one place where what comes off a bill before assistance is worked out: whatever else is
-- paid first for a single bill belongs into it; what is paid first for the year, into pooled.sql's `eligible`. `before`: a bill or
-- a record of the year before that a later, better recognition reaches for the difference.
-- in: stretches, windows, theirs, beyond, paid_outside, care_of, schedules, schedule_care, category_care, aid_terms, aid_year(first)
-- out: one row a settlement, category and schedule
WITH placed AS (
    SELECT
        t.*, c.care,
        coalesce(CASE WHEN t.fix_blng_admdvs <> '' THEN t.fix_blng_admdvs END, '') AS place
    FROM theirs AS t
    JOIN care_of AS c ON c.med_type = t.med_type
),
asked AS (
    SELECT
        d.person, greatest(d.person, -1 - d.person) AS cared_for, d.stretch, d.category, d.first, d.past, d.begin,
        w.insu_admdvs AS insured_at, s.*
    FROM stretches AS d
    JOIN windows AS w ON w.person = d.person AND w.category = d.category
    JOIN schedules AS s ON s.entry = w.entry
),
-- Every settlement runs past all the others, which are few or belong to few of them: in this order, which the engine keeps.
beside AS (
    SELECT
        d.person, d.stretch, d.category, d.begin, d.entry, d.schedule, p.batch, p.line, p.setl_id, p.setl_time, p.care_day, p.perhaps_last_year, p.med_type,
        p.care, p.place, p.referred, p.in_policy, p.maf_pay,
        coalesce(CASE WHEN p.insu_admdvs <> '' THEN p.insu_admdvs END, d.insured_at) AS insured,
        p.pay_loc, k.care IS NOT NULL AS listed, o.care IS NOT NULL AS listed_beside,
        d.apart, d.needs_referral, d.tilt_needs_referral, d.tilt_within, d.has_tilt, d.tilt_calendar_year,
        -- Payments of other insurance the schedule takes off first, as far as psn_part_amt is not net of them already.
        coalesce(least(
            b.beyond,
            CASE WHEN d.off_cvlserv_pay THEN b.cvlserv_pay ELSE 0 END + CASE WHEN d.off_hifes_pay THEN b.hifes_pay ELSE 0 END
            + CASE WHEN d.off_hifdm_pay THEN b.hifdm_pay ELSE 0 END + CASE WHEN d.off_oth_pay THEN b.oth_pay ELSE 0 END
        ), 0)
        -- And what was paid outside the platform, as far as the bill goes.
        + CASE WHEN d.paid_outside THEN coalesce(x.amount, 0) ELSE 0 END AS taken_off
    FROM placed AS p
    JOIN asked AS d ON d.cared_for = p.person AND p.care_day >= d.first AND p.care_day < d.past
    LEFT JOIN schedule_care AS k ON k.entry = d.entry AND k.care = p.care
    LEFT JOIN category_care AS o ON o.category = d.category AND o.care = p.care
    LEFT JOIN beyond AS b ON b.batch = p.batch AND b.line = p.line
    LEFT JOIN paid_outside AS x ON x.person = d.person AND x.batch = p.batch AND x.line = p.line
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
        r.*,
        CASE
            WHEN r.care = 'assistance_record' AND NOT r.apart THEN 'record'
            WHEN NOT r.listed AND r.listed_beside THEN 'other_schedule'
            WHEN NOT r.listed THEN 'care'
            WHEN r.needs_referral AND r.referral = 'unreferred' THEN 'unreferred'
            WHEN r.care_day < y.first AND r.maf_pay > 0 AND a.reaching <> 'difference' THEN 'counted_before'
            ELSE ''
        END AS why
    FROM referred AS r
    CROSS JOIN aid_year AS y
    CROSS JOIN aid_terms AS a
)
SELECT
    judged.*,
    a.reaching = 'difference' AND care_day < y.first AS before,
    why = '' AND has_tilt AND NOT (tilt_needs_referral AND referral = 'unreferred')
        AND (tilt_within = '' OR in_province)
        AND NOT (tilt_calendar_year AND care_day < y.first) AS qualifies
FROM judged
CROSS JOIN aid_year AS y
CROSS JOIN aid_terms AS a
