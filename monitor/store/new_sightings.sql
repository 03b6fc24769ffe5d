-- Those of the combinations first sighted in a chunk that no earlier load has shown, with the texts to be sealed.
-- A row that repeats a stored one shows nothing new, so what is new here is shown by a row that is kept.
-- in: sighted, unrecalled(person, psn, name: of earlier loads), this_load
SELECT f.once, f.again, f.certno_key AS person, f.psn, f.name, f.certno, f.psn_no, f.psn_name, f.line, b.batch
FROM sighted AS f
ANTI JOIN unrecalled AS s
    ON s.person IS NOT DISTINCT FROM f.certno_key
    AND s.psn IS NOT DISTINCT FROM f.psn
    AND s.name IS NOT DISTINCT FROM f.name
CROSS JOIN this_load AS b
