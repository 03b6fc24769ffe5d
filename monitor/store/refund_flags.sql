-- What the pairs this load adds are worth a look for, at the reversal. in: refunds; out: batch, line, flag
SELECT by_batch AS batch, by_line AS line, 'partial_refund' AS flag FROM refunds WHERE NOT whole
UNION ALL
SELECT by_batch, by_line, 'refund_exceeds_original' FROM refunds WHERE abs(by_burden) > abs(burden)
UNION ALL
SELECT by_batch, by_line, 'refund_with_the_sign_of_its_original' FROM refunds WHERE sign(by_burden) * sign(burden) > 0
