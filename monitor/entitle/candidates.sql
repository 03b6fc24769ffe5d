-- in: recognised; out: person, once each
SELECT DISTINCT person FROM recognised
