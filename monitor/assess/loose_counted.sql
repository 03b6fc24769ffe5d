-- in: loose_pairs; out: batch, line of the reversals that count with their sign
SELECT by_batch AS batch, by_line AS line FROM loose_pairs WHERE counted
