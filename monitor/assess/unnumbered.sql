-- psn_no ever shown without a number: settlements without certno may be stored under their keys. in: shown_numbers; out: psn
SELECT DISTINCT psn FROM shown_numbers WHERE person IS NULL AND psn IS NOT NULL
