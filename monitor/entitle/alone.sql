-- For an explanation: beside the combinations, what each of a person's categories would give alone, on all the days it holds,
-- under numbers below zero. in: combinations, stretches; out: combinations' columns
SELECT person, combination, stretch, category FROM combinations
UNION ALL
SELECT person, -1 - position AS combination, stretch, category FROM stretches WHERE person >= 0
