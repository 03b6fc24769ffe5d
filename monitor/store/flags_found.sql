-- What the rows of a load are flagged for by themselves. in: parts (of this load); out: batch, line, flag
SELECT batch, line, unnest(string_split(flags, ' ')) AS flag
FROM parts
WHERE flags IS NOT NULL
