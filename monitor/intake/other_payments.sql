-- One chunk of payments outside the platform (commercial insurance and others): typed, judged, flagged. In: the view raw
-- (scrubbed text). Out: the table cleaned.
--
-- Strict in everything that becomes money. An amount below nothing is a payment taken back; nothing (0) takes an earlier record of
-- the same person, day, payer and settlement back.
-- by hand: certno, paid_on, amount

WITH typed AS (
    SELECT
        line,
        -- columns: typed
        text_of(psn_name) AS psn_name,
        text_of(payer) AS payer,
        text_of(setl_id) AS setl_id,
        -- columns end
        number_cell,
        certno AS certno_cell,
        certno_of(certno) AS certno_text,
        eighteen_digits(certno) AS whole,
        body_of(certno_of(certno), eighteen_digits(certno), true) AS body,
        paid_on AS paid_text,
        moment_parts(paid_on) AS paid_parts,
        moment_from(moment_parts(paid_on)) AS paid,
        amount AS amount_text,
        money_of(amount) AS amount,
        coalesce(is_destroyed(setl_id), false) AS setl_id_destroyed
    FROM raw
),
judged AS (
    SELECT
        *,
        normal_certno(certno_text, body, NULL) AS certno,
        wrong_sum(certno_text, whole, body) AS bad_sum
    FROM typed
),
weighed AS (
    SELECT
        *,
        is_lost(number_cell, certno_text, bad_sum) AS destroyed,
        totals_column([
            {'column': 'certno', 'text': certno_cell},
            {'column': 'psn_name', 'text': psn_name},
            {'column': 'payer', 'text': payer},
            {'column': 'setl_id', 'text': setl_id}
        ]) AS totals
    FROM judged
),
reasoned AS (
    SELECT
        *,
        list_filter(string_split(concat_ws(' ',
            'certno:' || nobody_reason(certno_cell, certno),
            CASE WHEN destroyed THEN 'certno:destroyed_number' END,
            CASE WHEN coalesce(trim(paid_text), '') IN ('', '-') THEN 'paid_on:missing_date' END,
            'paid_on:' || moment_reason(nullif(trim(paid_text), '-'), paid_parts, paid),
            CASE WHEN payer IS NULL THEN 'payer:missing_payer' END,
            CASE WHEN setl_id_destroyed OR is_masked(setl_id) THEN 'setl_id:destroyed_number' END,
            CASE
                WHEN regexp_full_match(amount_text, '-{0,2}') THEN 'amount:missing_amount'
                WHEN amount IS NULL THEN 'amount:' || money_reason(amount_text)
            END
        ), ' '), lambda reason: reason <> '') AS found
    FROM weighed
)
SELECT
    line,
    -- columns: cleaned
    psn_name,
    payer,
    setl_id,
    -- columns end
    certno,
    paid::DATE AS paid_on,
    amount,
    reasons_of(found, totals) AS reasons,
    list_filter(string_split(concat_ws(' ',
        number_flags(certno_text, body, certno, bad_sum, destroyed, true),
        CASE WHEN is_serial(paid_text) THEN 'serial_date' END,
        CASE WHEN after_load(paid) THEN 'after_load' END,
        CASE WHEN amount < 0 THEN 'payment_taken_back' END,
        CASE WHEN setl_id IS NULL THEN 'payment_without_settlement' END
    ), ' '), lambda flag: flag <> '') AS flags
FROM reasoned
