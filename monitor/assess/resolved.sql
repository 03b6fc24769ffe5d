-- Sums that stand under several keys put together under the register's person. One row in six may be stored under a
-- psn_no only: whom this does not concern, most people, is not touched.
-- in: sums, numbers_resolved; out: sums' columns by person, and how many keys went into each
SELECT
    person,
    CAST(sum(psn_part) AS DECIMAL(18, 2)) AS psn_part,
    CAST(sum(maf) AS DECIMAL(18, 2)) AS maf,
    CAST(sum(outside_policy) AS DECIMAL(18, 2)) AS outside_policy,
    CAST(sum(settlements) AS BIGINT) AS settlements,
    count(*) AS keys
FROM (
    SELECT n.person, s.psn_part, s.maf, s.outside_policy, s.settlements
    FROM sums AS s
    JOIN numbers_resolved AS n ON n.psn = s.person
    UNION ALL
    SELECT s.person, s.psn_part, s.maf, s.outside_policy, s.settlements
    FROM sums AS s
    SEMI JOIN numbers_resolved AS n ON n.person = s.person
) AS together
GROUP BY person
