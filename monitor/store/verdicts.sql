-- Each row of a chunk against the version before it: in this chunk, else in what is already known.
-- Equal to the version before it: a duplicate. Different: it supersedes. None before it: new.
-- in: keyed(ref, h, digest, …), known(ref, h, digest); out: keyed's columns, duplicate, before (ref superseded, or null),
-- same_as (ref repeated)
WITH repeated AS (
    SELECT h FROM keyed GROUP BY h HAVING count(*) > 1
),
current_version AS (
    SELECT k.h, max(k.ref) AS ref, arg_max(k.digest, k.ref) AS digest
    FROM known AS k
    SEMI JOIN keyed AS i ON i.h = k.h
    GROUP BY k.h
),
compared AS (
    SELECT
        i.ref,
        i.h,
        lag(i.digest) OVER (PARTITION BY i.h ORDER BY i.ref) AS before_digest,
        i.digest IS DISTINCT FROM coalesce(lag(i.digest) OVER (PARTITION BY i.h ORDER BY i.ref), c.digest) AS taken
    FROM keyed AS i
    SEMI JOIN repeated AS r ON r.h = i.h
    LEFT JOIN current_version AS c ON c.h = i.h
),
-- The version before a row is the latest that was taken in: a duplicate is stored nowhere, so nothing supersedes it.
earlier_in_chunk AS (
    SELECT
        ref,
        before_digest,
        max(CASE WHEN taken THEN ref END) OVER (
            PARTITION BY h ORDER BY ref ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS before
    FROM compared
)
SELECT
    i.*,
    coalesce(i.digest = coalesce(e.before_digest, c.digest), false) AS duplicate,
    CASE WHEN i.digest = coalesce(e.before_digest, c.digest) THEN NULL ELSE coalesce(e.before, c.ref) END AS before,
    CASE WHEN i.digest = coalesce(e.before_digest, c.digest) THEN coalesce(e.before, c.ref) END AS same_as
FROM keyed AS i
LEFT JOIN earlier_in_chunk AS e ON e.ref = i.ref
LEFT JOIN current_version AS c ON c.h = i.h
