-- One chunk of the people register: typed, judged, flagged. In: the view raw (scrubbed text). Out: the table cleaned.
--
-- Lenient where a settlement is strict: a register row names a person, and an unreadable birth date or status is no
-- reason to lose the person. deceased is true only when the register says so; insured is NULL when it does not say.
-- by hand: psn_no, certno, brdy, resdbook_no

WITH typed AS (
    SELECT
        line,
        -- columns: typed
        text_of(psn_name) AS psn_name,
        code_of(psn_cert_type) AS psn_cert_type,
        code_of(gend) AS gend,
        code_of(insutype) AS insutype,
        code_of(psn_insu_stas) AS psn_insu_stas,
        code_of(insu_admdvs) AS insu_admdvs,
        text_of(town) AS town,
        text_of(village) AS village,
        text_of(address) AS address,
        text_of(tel) AS tel,
        code_of(surv_stas) AS surv_stas,
        -- columns end
        number_cell,
        psn_no AS psn_no_cell,
        unmasked(psn_no) AS psn_no,
        certno AS certno_cell,
        certno_of(certno) AS certno_text,
        is_resident_type(psn_cert_type) AS resident,
        eighteen_digits(certno) AS whole,
        brdy AS brdy_text,
        quick_moment(brdy) AS quick_birth,
        CASE WHEN quick_moment(brdy) IS NULL THEN moment_parts(brdy) END AS birth_parts,
        unmasked(resdbook_no) AS resdbook_no
    FROM raw
),
judged AS (
    SELECT
        *,
        body_of(certno_text, whole, resident) AS body,
        coalesce(is_destroyed(psn_no), false) AS psn_no_destroyed,
        coalesce(quick_birth, moment_from(birth_parts)) AS brdy,
        CASE
            WHEN psn_insu_stas = '1' THEN true
            WHEN regexp_full_match(psn_insu_stas, '01|正常|正常参保|参保|参保缴费|在保') THEN true
            WHEN regexp_full_match(psn_insu_stas, '0?[0234]|.*(暂停|终止|中断|停保|退保|断保|断缴|停缴|未参保|注销).*')
                AND NOT regexp_matches(psn_insu_stas, '(未|非|无|没有?|不)(暂停|终止|中断|停保|退保|断保|断缴|停缴|注销)') THEN false
        END AS insured,
        CASE
            WHEN surv_stas = '1' THEN false
            WHEN regexp_full_match(surv_stas, '0?2') OR says_dead(surv_stas) THEN true
            WHEN regexp_full_match(surv_stas, '01|正常|存活|生存|健在|在世|健康') OR says_alive(surv_stas) THEN false
        END AS said_dead
    FROM typed
),
numbered AS (
    SELECT
        *,
        normal_certno(certno_text, body, psn_cert_type) AS certno,
        wrong_sum(certno_text, whole, body) AS bad_sum
    FROM judged
),
weighed AS (
    SELECT
        *,
        is_lost(number_cell, certno_text, bad_sum) AS destroyed,
        is_unclear(certno_cell) OR (certno IS NULL AND (psn_no IS NULL OR psn_no_destroyed)) AS nobody,
        CASE
            WHEN brdy >= TIMESTAMP '1850-01-01' AND brdy < TIMESTAMP '2101-01-01' THEN brdy::DATE
        END AS birth,
        -- A psn_no and at most a name: of nobody does a register say so little.
        coalesce(certno_cell, '') = ''
            AND coalesce(insutype, psn_insu_stas, insu_admdvs, gend, nullif(brdy_text, ''), town, village, address, tel, resdbook_no, surv_stas)
                IS NULL AS bare,
        CASE WHEN certno IS NULL OR NOT regexp_matches(certno, '[0-9]') THEN totals_column([
            {'column': 'psn_no', 'text': psn_no},
            -- Somebody with a number of their own, and more said of them, may be called so.
            {'column': 'psn_name', 'text': CASE WHEN psn_no IS NULL OR bare THEN psn_name END},
            {'column': 'certno', 'text': certno_cell},
            {'column': 'insu_admdvs', 'text': insu_admdvs},
            {'column': 'town', 'text': town}
        ]) END AS totals
    FROM numbered
)
SELECT
    line,
    -- columns: cleaned
    psn_name,
    psn_cert_type,
    gend,
    insutype,
    psn_insu_stas,
    insu_admdvs,
    town,
    village,
    address,
    tel,
    surv_stas,
    -- columns end
    CASE WHEN psn_no_destroyed THEN NULL ELSE psn_no END AS psn_no,
    certno,
    birth AS brdy,
    insured,
    resdbook_no,
    coalesce(said_dead, false) AS deceased,
    CASE
        WHEN totals IS NOT NULL THEN [totals || ':totals_row']
        WHEN NOT (destroyed OR nobody) THEN CASE WHEN bare AND psn_name IS NULL THEN ['psn_no:bare_number'] ELSE []::VARCHAR[] END
        WHEN destroyed THEN ['certno:destroyed_number']
        WHEN is_unclear(certno_cell) THEN ['certno:unclear_number']
        WHEN psn_no_destroyed THEN ['psn_no:destroyed_number']
        WHEN coalesce(certno_cell, '') = '' AND is_masked(psn_no_cell) THEN ['psn_no:masked_number']
        ELSE ['certno:' || nobody_reason(certno_cell, certno)]
    END AS reasons,
    list_filter(string_split(concat_ws(' ',
        number_flags(certno_text, body, certno, bad_sum, destroyed, resident),
        CASE WHEN psn_no_destroyed THEN 'destroyed_psn_no' END,
        CASE WHEN is_masked(psn_no_cell) THEN 'masked_psn_no' END,
        CASE WHEN is_masked(certno_cell) THEN 'masked_certno' END,
        CASE WHEN is_words(certno_cell) THEN 'certno_words' END,
        CASE WHEN length(town) > 64 THEN 'town_too_long' END,
        CASE WHEN is_serial(brdy_text) THEN 'serial_date' END,
        CASE WHEN after_load(birth) THEN 'after_load' END,
        CASE WHEN birth < DATE '1900-01-01' THEN 'before_1900' END,
        CASE WHEN trim(brdy_text) <> '' AND birth IS NULL THEN 'unreadable_birth_date' END,
        CASE WHEN (psn_insu_stas IS NOT NULL AND insured IS NULL) OR (surv_stas IS NOT NULL AND said_dead IS NULL)
            THEN 'unknown_status' END
    ), ' '), lambda flag: flag <> '') AS flags
FROM weighed
