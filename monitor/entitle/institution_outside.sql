-- Settlements of the window that are not in the list, since the person is insured outside the document's region.
-- in: settlements, left_out, window(first, past), document_region(prefix); out: one row
SELECT count(*) AS settlements
FROM settlements AS s
CROSS JOIN "window" AS w
CROSS JOIN document_region AS g
ANTI JOIN left_out AS l ON l.batch = s.batch AND l.line = s.line
WHERE s.counts AND s.setl_time >= w.first AND s.setl_time < w.past
    AND coalesce(s.insu_admdvs, '') <> '' AND NOT starts_with(s.insu_admdvs, g.prefix)
