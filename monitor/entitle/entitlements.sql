-- One row for everyone the document recognises: what is due, what was paid, what is missing. Amounts were exact until
-- here and are cents from here on, half up. A row that cannot be computed has no amounts and a sentence. Where something is
-- not known, what is certain without it stands there (`bound` at_least) with the sentence of what is missing.
-- Decisions of single cases nobody told us of are not zero: `decided` is null, and the note says so.
-- in: taken, chosen, recorded, decided, entitled_people, uncomputable, unscheduled, schedules, windows, recognised,
-- category_terms(category, once_a_year), feed_lacks(sentence), inputs_lacking, paid_beyond(person, amount); out: one row a person
WITH together AS (
    SELECT
        person,
        sum(CASE WHEN apart THEN eligible ELSE 0 END) AS apart_eligible,
        sum(CASE WHEN apart THEN aid_cents ELSE 0 END) AS apart_aid,
        count(*) FILTER (NOT apart AND settlements > 0) AS main_schedules,
        sum(eligible) AS all_eligible,
        sum(taken_off) AS all_taken_off,
        sum(aid) AS all_aid,
        sum(tilt) AS all_tilt,
        sum(actual) AS counted_actual,
        sum(paid_before) AS all_paid_before,
        sum(counted_before) AS all_counted_before,
        sum(unreferred) AS all_unreferred,
        sum(assumed) AS all_assumed,
        sum(unpaid) AS all_unpaid,
        sum(unpaid_before) AS all_unpaid_before,
        sum(uncounted) AS all_uncounted,
        min(unpaid_since) AS all_unpaid_since,
        sum(settlements) AS all_settlements,
        sum(perhaps_last_year) AS all_perhaps,
        min(first) AS since,
        max(past) AS past,
        bool_or(cap_reached) AS any_cap_reached,
        bool_or(tilt_cap_reached) AS any_tilt_cap_reached
    FROM taken
    GROUP BY person
),
twice AS (
    SELECT r.person, max(r.granted) AS granted
    FROM recognised AS r
    JOIN category_terms AS t ON t.category = r.category AND t.once_a_year
    WHERE r.granted > 1
    GROUP BY r.person
),
sentences AS (
    SELECT
        p.*  EXCLUDE (first, past, unpaid_since, eligible, taken_off, actual, unreferred, uncounted, assumed, unpaid, unpaid_before, settlements),
        t.* EXCLUDE (person), c.lacking, coalesce(o.recorded, 0) AS all_recorded,
        t.counted_actual + coalesce(o.recorded, 0) AS all_actual,
        f.sentence AS why_not, coalesce(w.granted, 0) AS granted_times, coalesce(b.amount, 0) AS paid_beyond,
        CASE WHEN n.case_decisions = '' THEN coalesce(d.decided, 0) END AS decided, n.case_decisions AS decisions_missing
    FROM together AS t
    JOIN taken AS p ON p.person = t.person AND p.leads
    JOIN chosen AS c ON c.person = t.person
    CROSS JOIN feed_lacks AS f
    CROSS JOIN inputs_lacking AS n
    LEFT JOIN recorded AS o ON o.person = t.person
    LEFT JOIN decided AS d ON d.person = t.person
    LEFT JOIN twice AS w ON w.person = t.person
    LEFT JOIN paid_beyond AS b ON b.person = t.person
),
amounts AS (
    SELECT
        *,
        CAST(all_aid + all_tilt AS DECIMAL(18, 2)) + coalesce(decided, 0) AS due
    FROM sentences
),
not_computed AS (
    SELECT u.person, u.category, s.route, s.schedule, u.entry, u.missing, w.held, w.begin, w.applied_on, w.decided_on, w.outcome
    FROM uncomputable AS u
    JOIN schedules AS s ON s.entry = u.entry
    JOIN windows AS w ON w.person = u.person AND w.entry = u.entry
)
SELECT
    q.person, coalesce(a.category, m.category, u.category) AS category, coalesce(a.route, m.route, '') AS route,
    coalesce(a.schedule, m.schedule, '') AS schedule, coalesce(a.entry, m.entry) AS entry, coalesce(a.held, m.held) AS held,
    coalesce(a.begin, m.begin) AS begin, coalesce(a.applied_on, m.applied_on) AS applied_on,
    coalesce(a.decided_on, m.decided_on) AS decided_on, coalesce(a.outcome, m.outcome, '') AS outcome, a.since, a.past,
    q.insutype, q.insu_admdvs, q.town, q.deceased,
    a.serious, a.child, a.apart_eligible > 0 AS has_apart, a.any_cap_reached AS cap_reached,
    a.any_tilt_cap_reached AS tilt_cap_reached,
    CASE WHEN why_not = '' THEN CAST(all_eligible AS DECIMAL(18, 2)) END AS eligible,
    CASE WHEN why_not = '' THEN CAST(all_taken_off AS DECIMAL(18, 2)) END AS taken_off,
    CASE WHEN why_not = '' THEN CAST(deductible AS DECIMAL(20, 8)) END AS deductible,
    CASE WHEN why_not = '' THEN ratio END AS ratio,
    CASE WHEN why_not = '' AND NOT cap_unlimited THEN CAST(cap AS DECIMAL(18, 2)) END AS cap,
    CASE WHEN why_not = '' THEN CAST(all_aid AS DECIMAL(18, 2)) END AS aid,
    CASE WHEN why_not = '' AND has_tilt THEN CAST(tilt_threshold AS DECIMAL(20, 8)) END AS tilt_threshold,
    CASE WHEN why_not = '' AND has_tilt THEN tilt_ratio END AS tilt_ratio,
    CASE WHEN why_not = '' AND has_tilt AND NOT tilt_cap_unlimited THEN CAST(tilt_cap AS DECIMAL(18, 2)) END AS tilt_cap,
    CASE WHEN why_not = '' THEN CAST(all_tilt AS DECIMAL(18, 2)) END AS tilt,
    CASE WHEN why_not = '' THEN decided END AS decided,
    CASE WHEN why_not = '' THEN CAST(due AS DECIMAL(18, 2)) END AS expected,
    CASE WHEN why_not = '' THEN CAST(all_actual AS DECIMAL(18, 2)) END AS actual,
    CASE WHEN why_not = '' THEN CAST(greatest(due - all_actual, 0) AS DECIMAL(18, 2)) END AS shortfall,
    CASE WHEN why_not = '' THEN CAST(all_eligible - CAST(all_aid + all_tilt AS DECIMAL(18, 2)) AS DECIMAL(18, 2)) END AS remaining,
    CASE WHEN why_not = '' THEN CAST(apart_eligible AS DECIMAL(18, 2)) END AS apart_eligible,
    CASE WHEN why_not = '' THEN CAST(apart_aid AS DECIMAL(18, 2)) END AS apart_aid,
    CAST(all_unreferred AS DECIMAL(18, 2)) AS unreferred, CAST(all_uncounted AS DECIMAL(18, 2)) AS uncounted,
    CAST(all_assumed AS DECIMAL(18, 2)) AS assumed, CAST(all_unpaid AS DECIMAL(18, 2)) AS unpaid,
    CAST(all_unpaid_before AS DECIMAL(18, 2)) AS unpaid_before, all_unpaid_since AS unpaid_since,
    CAST(all_recorded AS DECIMAL(18, 2)) AS recorded, CAST(all_settlements AS BIGINT) AS settlements,
    CASE
        WHEN a.person IS NULL OR why_not <> '' THEN ''
        WHEN lacking <> '' OR decisions_missing <> '' THEN 'at_least'
        ELSE 'exact'
    END AS bound,
    CASE
        WHEN f.sentence <> '' THEN f.sentence
        WHEN a.person IS NOT NULL THEN lacking
        WHEN m.person IS NOT NULL THEN m.missing
        ELSE u.sentence
    END AS sentence,
    -- What else an officer asks about (AidMark), and the sentence of the last column.
    CASE WHEN why_not = '' THEN concat_ws(
        ' ',
        CASE WHEN a.any_cap_reached OR a.any_tilt_cap_reached THEN 'cap_reached' END,
        CASE WHEN all_uncounted > 0 THEN 'care_not_counted' END,
        CASE WHEN all_unreferred > 0 THEN 'not_referred' END,
        CASE WHEN all_assumed > 0 THEN 'referral_assumed' END,
        CASE WHEN main_schedules > 1 THEN 'several_schedules' END,
        CASE WHEN lacking <> '' OR decisions_missing <> '' THEN 'at_least' END,
        CASE WHEN granted_times > 0 THEN 'applied_twice' END,
        CASE WHEN all_perhaps > 0 THEN 'perhaps_last_year' END
    ) ELSE '' END AS marks,
    CASE
        WHEN why_not = '' THEN concat_ws(
            '；',
            CASE WHEN lacking <> '' THEN '应享金额是至少数（' || replace(lacking, '不能计算：', '') || '），补齐后可能更高' END,
            CASE WHEN main_schedules > 1 THEN
                '年内身份有变，按 ' || main_schedules || ' 个标准合计，所列身份和标准是给得最多的一个，各标准见 monitor entitlements --detail'
            END,
            CASE WHEN apart_eligible > 0 THEN
                '其中单列的门诊费用 ' || format('{:,.2f}', CAST(apart_eligible AS DOUBLE)) || ' 元，救助 ' || format('{:,.2f}', CAST(apart_aid AS DOUBLE)) || ' 元'
            END,
            CASE WHEN all_paid_before > all_counted_before THEN
                '追溯到的上一年费用当时已付救助 ' || CAST(all_paid_before AS DECIMAL(18, 2)) || ' 元，其中抵减本年应享的 '
                || CAST(all_counted_before AS DECIMAL(18, 2)) || ' 元，其余归上一年的限额'
            END,
            CASE WHEN paid_beyond > 0 THEN
                '平台之外的支付有 ' || format('{:,.2f}', CAST(paid_beyond AS DOUBLE)) || ' 元大于所对应的可救助费用，或没有对应的费用，没有多扣，请核对'
            END,
            CASE WHEN decided <> 0 THEN '应享金额含一事一议决定的 ' || format('{:,.2f}', CAST(decided AS DOUBLE)) || ' 元' END,
            CASE WHEN decisions_missing <> '' THEN '应享金额不含一事一议决定（' || decisions_missing || '）' END,
            CASE WHEN granted_times > 0 THEN
                '本年有 ' || granted_times || ' 份获批的申请（一个年度内不得重复申请），只按最早的一份计算，请核对'
            END,
            CASE WHEN all_perhaps > 0 THEN
                '有 ' || format('{:,.2f}', CAST(all_perhaps AS DOUBLE)) || ' 元是 6 月 30 日以前手工结报的，没有发票日期，可能应归上一年，请核对发票'
            END
        )
        WHEN f.sentence <> '' THEN f.sentence
        WHEN m.person IS NOT NULL THEN m.missing
        ELSE u.sentence
    END AS note
FROM entitled_people AS q
LEFT JOIN amounts AS a ON a.person = q.person
LEFT JOIN not_computed AS m ON m.person = q.person
LEFT JOIN unscheduled AS u ON u.person = q.person
CROSS JOIN feed_lacks AS f
