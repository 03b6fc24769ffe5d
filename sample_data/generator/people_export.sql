COPY (FROM people_rows) TO $path (FORMAT csv, HEADER, DELIMITER ',');
