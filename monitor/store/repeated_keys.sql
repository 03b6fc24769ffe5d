-- The keys of rows that were set apart. in: apart(h)
SELECT DISTINCT h FROM apart
