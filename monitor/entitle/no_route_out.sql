-- in: no_route
SELECT * FROM no_route ORDER BY kind, excess DESC, person
