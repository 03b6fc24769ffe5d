-- Keys of the texts of a chunk that are no names: households, addresses with telephones. in: who, hash_pads
SELECT t.kind, t.text, key_of(t.kind, t.text, p.inner_pad, p.outer_pad) AS key
FROM (
    SELECT DISTINCT 'household' AS kind, household AS text FROM who WHERE household IS NOT NULL
    UNION ALL
    SELECT DISTINCT 'contact', contact FROM who WHERE contact IS NOT NULL
) AS t
CROSS JOIN hash_pads AS p
