-- One row for everyone the document recognises: what is due, what was paid, what is missing. Amounts were exact until
-- here and are cents from here on, half up. A row that cannot be computed has no amounts and a sentence.
-- Decisions of single cases nobody told us of are not zero: `decided` is null, and the note says so.
-- in: chosen, aids, decided, entitled_people, unscheduled, feed_lacks(sentence), inputs_lacking; out: one row a person
WITH best AS (
    SELECT a.*, c.lacking FROM aids AS a JOIN chosen AS c ON c.person = a.person AND c.category = a.category
),
together AS (
    SELECT
        person,
        coalesce(min(CASE WHEN NOT apart THEN entry END), min(entry)) AS entry,
        sum(CASE WHEN apart THEN eligible ELSE 0 END) AS apart_eligible,
        sum(CASE WHEN apart THEN aid ELSE 0 END) AS apart_aid,
        sum(eligible) AS all_eligible,
        sum(taken_off) AS all_taken_off,
        sum(aid) AS all_aid,
        sum(tilt) AS all_tilt,
        sum(actual) AS all_actual,
        sum(recorded) AS all_recorded,
        sum(unreferred) AS all_unreferred,
        sum(assumed) AS all_assumed,
        sum(unpaid) AS all_unpaid,
        sum(unpaid_before) AS all_unpaid_before,
        -- What one schedule leaves another may count: what none counts is at most the least that any of them leaves.
        min(uncounted) AS all_uncounted,
        min(unpaid_since) AS all_unpaid_since,
        sum(settlements) AS all_settlements,
        bool_or(cap_reached) AS any_cap_reached,
        bool_or(tilt_cap_reached) AS any_tilt_cap_reached,
        max(missing) AS any_missing
    FROM best
    GROUP BY person
),
sentences AS (
    SELECT
        p.*, t.* EXCLUDE (person, entry),
        CASE WHEN f.sentence <> '' THEN f.sentence ELSE t.any_missing END AS why_not,
        CASE WHEN n.case_decisions = '' THEN coalesce(d.decided, 0) END AS decided, n.case_decisions AS decisions_missing
    FROM together AS t
    JOIN best AS p ON p.person = t.person AND p.entry = t.entry
    CROSS JOIN feed_lacks AS f
    CROSS JOIN inputs_lacking AS n
    LEFT JOIN decided AS d ON d.person = t.person
),
amounts AS (
    SELECT
        *,
        CAST(all_aid + all_tilt AS DECIMAL(18, 2)) + coalesce(decided, 0) AS due
    FROM sentences
)
SELECT
    q.person, coalesce(a.category, u.category) AS category, coalesce(a.route, '') AS route, coalesce(a.schedule, '') AS schedule,
    a.entry, a.held, a.begin, a.applied_on, a.decided_on, coalesce(a.outcome, '') AS outcome, a.since, a.past,
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
        WHEN a.person IS NOT NULL AND why_not <> '' THEN why_not
        WHEN a.person IS NOT NULL THEN lacking
        WHEN f.sentence <> '' THEN f.sentence
        ELSE u.sentence
    END AS sentence,
    -- What else an officer asks about (AidMark), and the sentence of the last column.
    CASE WHEN why_not = '' THEN concat_ws(
        ' ',
        CASE WHEN a.any_cap_reached OR a.any_tilt_cap_reached THEN 'cap_reached' END,
        CASE WHEN all_uncounted > 0 THEN 'care_not_counted' END,
        CASE WHEN all_unreferred > 0 THEN 'not_referred' END,
        CASE WHEN all_assumed > 0 THEN 'referral_assumed' END
    ) ELSE '' END AS marks,
    CASE
        WHEN why_not = '' THEN concat_ws(
            '；',
            CASE WHEN lacking <> '' THEN '另有身份的标准不能计算（' || lacking || '），补齐后应享金额可能更高' END,
            CASE WHEN apart_eligible > 0 THEN
                '其中单列的门诊费用 ' || CAST(apart_eligible AS DECIMAL(18, 2)) || ' 元，救助 ' || CAST(apart_aid AS DECIMAL(18, 2)) || ' 元'
            END,
            CASE WHEN decided <> 0 THEN '应享金额含一事一议决定的 ' || decided || ' 元' END,
            CASE WHEN decisions_missing <> '' THEN '应享金额不含一事一议决定（' || decisions_missing || '）' END
        )
        WHEN a.person IS NOT NULL THEN why_not
        WHEN f.sentence <> '' THEN f.sentence
        ELSE u.sentence
    END AS note
FROM entitled_people AS q
LEFT JOIN amounts AS a ON a.person = q.person
LEFT JOIN unscheduled AS u ON u.person = q.person
CROSS JOIN feed_lacks AS f
