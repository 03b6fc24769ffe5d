-- The rows of a file that are no duplicates. in: part, duplicates(line)
SELECT p.* FROM part AS p ANTI JOIN duplicates AS d ON d.line = p.line
