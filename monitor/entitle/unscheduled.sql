-- Recognised people no schedule of the document reaches, one row each with the sentence that says why: insured
-- elsewhere, a transition period that is over, or a category whose help other rules set. Never zero.
-- in: recognised, entitled_people, stretches, ended(category, sentence), other_rules(category, sentence)
-- out: person, category, sentence
WITH reasons AS (
    SELECT
        r.person, r.category, r.position,
        CASE
            WHEN NOT p.inside AND p.insu_admdvs <> ''
                THEN '参保地 ' || p.insu_admdvs || ' 不在文件适用地区，不按本文件计算'
            WHEN e.category IS NOT NULL THEN e.sentence
            WHEN o.category IS NOT NULL THEN o.sentence
            WHEN p.insu_admdvs = '' THEN '参保地不明（人员登记和结算中都没有），不能确定适用的救助标准'
            ELSE '参保地 ' || p.insu_admdvs || ' 没有对应的救助标准，请核对参保地区划'
        END AS sentence
    FROM recognised AS r
    JOIN entitled_people AS p ON p.person = r.person
    ANTI JOIN stretches AS d ON d.person = r.person
    LEFT JOIN ended AS e ON e.category = r.category
    LEFT JOIN other_rules AS o ON o.category = r.category
),
ordered AS (
    SELECT *, row_number() OVER (PARTITION BY person ORDER BY position) AS choice FROM reasons
)
SELECT person, category, sentence FROM ordered WHERE choice = 1
