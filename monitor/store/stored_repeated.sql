-- The rows of the repeated keys, found by their kept hashes. in: files, repeated_keys(h)
SELECT f.* FROM files AS f SEMI JOIN repeated_keys AS r ON r.h = f.h
