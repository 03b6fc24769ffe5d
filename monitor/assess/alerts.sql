-- The run's alerts with their states against the predecessor's, and those no longer over: cleared with the reason, or
-- unconfirmed when the predecessor's window holds fewer settlements than it did.
-- in: over, bands(percent), crossings, followed, judged, known_people, statuses, feed(fewer); out: the run's result
WITH banded AS (
    SELECT
        o.*,
        -- The highest of the document's bands crossed; an absolute line has none.
        coalesce((SELECT max(b.percent) FROM bands AS b WHERE o.burden * 100 > o.benchmark * b.percent), 0) AS band
    FROM over AS o
),
now_over AS (
    SELECT
        b.rule, b.kind, b.person, b.category, b.insutype, b.insu_admdvs, b.town, b.measure, b.burden, b.benchmark,
        b.benchmark_year, b.multiple, b.threshold, b.burden - b.threshold AS excess, c.crossed_on, c.crossing_setl_id,
        CASE WHEN f.person IS NULL THEN 'new' WHEN b.band > f.band THEN 'raised' ELSE 'continuing' END AS state,
        '' AS reason, b.provisional, b.band
    FROM banded AS b
    JOIN crossings AS c ON c.person = b.person AND c.rule = b.rule
    LEFT JOIN (SELECT person, rule, max(band) AS band FROM followed GROUP BY person, rule) AS f
        ON f.person = b.person AND f.rule = b.rule
),
gone AS (
    SELECT f.*
    FROM (SELECT *, row_number() OVER (PARTITION BY person, rule ORDER BY excess DESC) AS choice FROM followed) AS f
    ANTI JOIN now_over AS n ON n.person = f.person AND n.rule = f.rule
    WHERE f.choice = 1
),
no_longer AS (
    SELECT
        g.rule, g.kind, g.person, g.category,
        coalesce(k.insutype, g.insutype) AS insutype,
        coalesce(k.insu_admdvs, g.insu_admdvs) AS insu_admdvs,
        coalesce(k.town, g.town) AS town,
        coalesce(j.measure, g.measure) AS measure,
        coalesce(
            measured(
                coalesce(j.measure, g.measure), k.burden_before_aid, k.burden_after_aid,
                k.in_policy_before_aid, k.in_policy_after_aid
            ), 0
        ) AS burden,
        CASE WHEN j.person IS NULL THEN g.benchmark ELSE j.benchmark END AS benchmark,
        CASE WHEN j.person IS NULL THEN g.benchmark_year ELSE j.benchmark_year END AS benchmark_year,
        CASE WHEN j.person IS NULL THEN g.multiple ELSE j.multiple END AS multiple,
        coalesce(j.threshold, g.threshold) AS threshold,
        CASE WHEN fewer.fewer THEN 'unconfirmed' ELSE 'cleared' END AS state,
        CASE
            WHEN k.deceased THEN 'deceased'
            WHEN j.person IS NULL AND k.person IS NOT NULL AND g.category <> 'ordinary' AND s.person IS NULL THEN 'identity_ended'
            WHEN j.person IS NULL AND k.person IS NOT NULL THEN 'other_line_applies'
            WHEN j.burden > g.threshold THEN 'other_line_applies'
            ELSE 'correction'
        END AS reason,
        coalesce(j.provisional, g.provisional) AS provisional,
        g.band
    FROM gone AS g
    LEFT JOIN known_people AS k ON k.person = g.person
    LEFT JOIN judged AS j ON j.person = g.person AND j.rule = g.rule AND k.inside
    LEFT JOIN statuses AS s ON s.person = g.person AND s.category = g.category
    CROSS JOIN feed AS fewer
)
SELECT
    rule, kind, person, category, insutype, insu_admdvs, town, measure, burden, benchmark, benchmark_year, multiple,
    threshold, excess, crossed_on, crossing_setl_id, state, reason, provisional, band
FROM now_over
UNION ALL
SELECT
    rule, kind, person, category, insutype, insu_admdvs, town, measure, burden, benchmark, benchmark_year, multiple,
    threshold, burden - threshold, NULL, NULL, state, CASE WHEN state = 'cleared' THEN reason ELSE '' END, provisional, band
FROM no_longer
ORDER BY kind, excess DESC, person, rule
