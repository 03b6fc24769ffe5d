-- People the run flags whom no schedule of the document helps: what they could be offered is in the text.
-- in: flagged(person, kind, category, state, …: the run's alerts), entitlements; out: the alert's columns + sentence
SELECT
    f.person, f.kind, f.category, f.insutype, f.insu_admdvs, f.town, f.burden, f.excess, f.crossed_on, f.state,
    coalesce(e.category, '') AS named_category, coalesce(e.sentence, '') AS sentence
FROM flagged AS f
LEFT JOIN entitlements AS e ON e.person = f.person
WHERE f.state IN ('new', 'continuing', 'raised') AND coalesce(e.route, '') = ''
ORDER BY f.kind, f.excess DESC, f.person
