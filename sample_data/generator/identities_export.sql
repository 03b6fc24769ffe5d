COPY (FROM identity_rows) TO $path (FORMAT csv, HEADER, DELIMITER ',');
