-- Each row of a load that repeats a key, against the version before it: in this load, else in earlier ones.
-- Equal to the version before it: a duplicate. Different: it supersedes. None before it: new.
-- in: concerned(ref, h, digest), this_load; out: ref, line, duplicate, before (ref superseded, or null), same_as (ref repeated)
WITH earlier AS (
    SELECT c.h, max(c.ref) AS ref, arg_max(c.digest, c.ref) AS digest
    FROM concerned AS c
    JOIN this_load AS b ON c.ref >> 40 < b.batch
    GROUP BY c.h
),
compared AS (
    SELECT
        c.ref,
        c.h,
        e.ref AS earlier_ref,
        c.digest IS NOT DISTINCT FROM coalesce(lag(c.digest) OVER (PARTITION BY c.h ORDER BY c.ref), e.digest) AS duplicate
    FROM concerned AS c
    JOIN this_load AS b ON c.ref >> 40 = b.batch
    LEFT JOIN earlier AS e ON e.h = c.h
),
-- The version before a row is the latest that was taken in: a duplicate is stored nowhere, so nothing supersedes it.
traced AS (
    SELECT
        ref,
        duplicate,
        coalesce(
            max(CASE WHEN NOT duplicate THEN ref END) OVER (
                PARTITION BY h ORDER BY ref ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ),
            earlier_ref
        ) AS version_before
    FROM compared
)
SELECT
    ref,
    (ref & ((1::BIGINT << 40) - 1))::INTEGER AS line,
    duplicate,
    CASE WHEN NOT duplicate THEN version_before END AS before,
    CASE WHEN duplicate THEN version_before END AS same_as
FROM traced
