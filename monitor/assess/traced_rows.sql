-- The traced settlements with what an officer wants to see of each. in: traced, near_settlements
SELECT t.*, s.insutype, s.med_type, s.fixmedins_name, s.refd_setl_flag, s.init_setl_id, s.vali_flag
FROM traced AS t
JOIN near_settlements AS s ON s.batch = t.batch AND s.line = t.line
