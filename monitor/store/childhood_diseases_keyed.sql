-- What the loader decides by: keys, h (hash of the row's key), digest (hash of its content). in: filled
-- The key is the code, the name where there is none.
SELECT ref, line, own AS h, hash(content, own) AS digest FROM filled
