-- Where schedules together come to more than the highest cap held: what each gives of it. The text has no order among them (就高): what is
-- over is taken where tilts make up for it, and of all orders of taking it the one that gives most is chosen with the combination (`ord`).
-- A schedule is cut no further than its tilt rises by it; what is left over then is cut from the last in the order of categories. What
-- pays apart has no tilt, and one order. `credited`: what the year before paid and this year's cap has room for.
-- in: own_aids; out: person, combination, apart, ord, schedule, net, credited, of the crowded alone
WITH RECURSIVE crowded AS (
    SELECT person, combination, apart, greatest(sum(own_net) - min(most), 0) AS excess
    FROM own_aids
    WHERE most IS NOT NULL
    GROUP BY person, combination, apart
    HAVING sum(own_aid) > min(most)
),
bases AS (
    SELECT
        o.*, c.excess, greatest(aid_before + own_net - qualifying_limit, 0) AS unlooked,
        qualifying - least(aid_before + own_net, qualifying_limit) - tilt_threshold AS base
    FROM own_aids AS o
    JOIN crowded AS c ON c.person = o.person AND c.combination = o.combination AND c.apart = o.apart
),
members AS (
    SELECT
        person, combination, apart, schedule, position, most, own_net, own_aid - own_net AS paid, excess,
        CASE
            WHEN apart OR NOT has_tilt OR tilt_ratio = 0 THEN 0
            WHEN tilt_cap_unlimited THEN own_net
            ELSE least(
                own_net,
                unlooked + greatest(-base, 0) + greatest(CAST((tilt_cap + tilt_before) / tilt_ratio AS DECIMAL(24, 10)) - greatest(base, 0), 0)
            )
        END AS useful,
        unlooked + greatest(-base, 0) AS until_it_helps
    FROM bases
),
choices AS (
    SELECT * FROM members WHERE useful > until_it_helps
),
grown AS (
    SELECT DISTINCT
        person, combination, CAST(excess AS DECIMAL(24, 12)) AS rest, CAST([] AS VARCHAR[]) AS names, CAST([] AS DECIMAL(24, 12)[]) AS cuts
    FROM members
    WHERE NOT apart
    UNION ALL
    SELECT
        g.person, g.combination, CAST(greatest(g.rest - c.useful, 0) AS DECIMAL(24, 12)), list_append(g.names, c.schedule),
        list_append(g.cuts, CAST(least(g.rest, c.useful) AS DECIMAL(24, 12)))
    FROM grown AS g
    JOIN choices AS c ON c.person = g.person AND c.combination = g.combination AND NOT list_contains(g.names, c.schedule)
    WHERE g.rest > 0
),
orders AS (
    SELECT g.*, row_number() OVER (PARTITION BY g.person, g.combination ORDER BY g.names) AS ord
    FROM grown AS g
    LEFT JOIN (SELECT person, combination, count(*) AS members FROM choices GROUP BY person, combination) AS n
        ON n.person = g.person AND n.combination = g.combination
    WHERE g.rest = 0 OR len(g.names) = coalesce(n.members, 0)
),
cut AS (
    SELECT
        m.*, coalesce(o.ord, 1) AS ord, coalesce(list_extract(o.cuts, list_position(o.names, m.schedule)), 0) AS by_choice,
        coalesce(o.rest, m.excess) AS rest
    FROM members AS m
    LEFT JOIN orders AS o ON NOT m.apart AND o.person = m.person AND o.combination = m.combination
),
following AS (
    SELECT
        *, own_net - by_choice AS kept,
        sum(own_net - by_choice) OVER (
            PARTITION BY person, combination, apart, ord ORDER BY position DESC, schedule DESC ROWS UNBOUNDED PRECEDING
        ) AS upto
    FROM cut
),
nets AS (
    SELECT *, kept - (least(rest, upto) - least(rest, upto - kept)) AS net FROM following
),
rooms AS (
    SELECT
        *, most - sum(net) OVER (PARTITION BY person, combination, apart, ord) AS room,
        sum(paid) OVER (PARTITION BY person, combination, apart, ord ORDER BY position, schedule ROWS UNBOUNDED PRECEDING) AS paid_upto
    FROM nets
)
SELECT
    person, combination, apart, ord, schedule, CAST(net AS DECIMAL(24, 12)) AS net,
    CAST(least(room, paid_upto) - least(room, paid_upto - paid) AS DECIMAL(24, 12)) AS credited
FROM rooms
