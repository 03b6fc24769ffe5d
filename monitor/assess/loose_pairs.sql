-- Which settlement each reversal that names none gives back. People and amounts are looked at together: as many flagged originals
-- as there are explain as many reversals first (neither half counts). Of the rest, where there are as many reversals as
-- unflagged settlements of that amount or more, all of these were given back; where there are fewer, which one is not known, and
-- the reversals count with their sign.
-- in: perhaps_refunded, loose(batch, line, setl_time, psn_part_amt, maf_pay, person: of the register), outdated, refund_pairs
-- out: a row a current loose reversal: by_batch, by_line, batch, line of what it gives back, or NULL; counted: with its sign
WITH candidates AS (
    SELECT DISTINCT l.person, l.psn_part_amt, l.maf_pay, p.batch, p.line, p.flagged, p.setl_time, p.setl_id
    FROM perhaps_refunded AS p
    JOIN loose AS l ON l.batch = p.by_batch AND l.line = p.by_line
    ANTI JOIN outdated AS o ON o.batch = p.batch AND o.line = p.line
    ANTI JOIN refund_pairs AS n ON n.batch = p.batch AND n.line = p.line
),
originals AS (
    SELECT
        *,
        count(*) FILTER (flagged) OVER bucket AS flagged_ones, count(*) FILTER (NOT flagged) OVER bucket AS open_ones,
        row_number() OVER (PARTITION BY person, psn_part_amt, maf_pay ORDER BY flagged DESC, setl_time, setl_id, batch, line) AS place
    FROM candidates
    WINDOW bucket AS (PARTITION BY person, psn_part_amt, maf_pay)
),
reversals AS (
    SELECT
        *, count(*) OVER (PARTITION BY person, psn_part_amt, maf_pay) AS reversals,
        row_number() OVER (PARTITION BY person, psn_part_amt, maf_pay ORDER BY setl_time, batch, line) AS place
    FROM loose
),
sizes AS (
    SELECT person, psn_part_amt, maf_pay, any_value(flagged_ones) AS flagged_ones, any_value(open_ones) AS open_ones
    FROM originals
    GROUP BY person, psn_part_amt, maf_pay
)
SELECT
    r.batch AS by_batch, r.line AS by_line, o.batch, o.line, o.batch IS NULL AS counted
FROM reversals AS r
LEFT JOIN sizes AS z ON z.person = r.person AND z.psn_part_amt = r.psn_part_amt AND z.maf_pay = r.maf_pay
LEFT JOIN originals AS o ON o.person = r.person AND o.psn_part_amt = r.psn_part_amt AND o.maf_pay = r.maf_pay AND o.place = r.place
    AND (o.flagged OR r.reversals - z.flagged_ones >= z.open_ones)
