-- Of `numbers_resolved` what a row with a number of its own can be under: everything but the psn_no the register gives a number, which
-- can be hundreds of thousands, and none of which a register row or a list is kept under.
-- in: joined(stored, person), sole_numbers(stored, person); out: stored, person
SELECT stored, person FROM joined WHERE stored <> person
UNION ALL
SELECT stored, person FROM sole_numbers
