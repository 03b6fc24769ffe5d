-- The rows of earlier loads (or this one) that a load's duplicates repeat. in: verdicts; out: batch, line
SELECT (same_as >> 40)::INTEGER AS batch, (same_as & ((1::BIGINT << 40) - 1))::INTEGER AS line FROM verdicts WHERE duplicate
