-- One person's settlements against each of their schedules, in order of time. in: weighed
SELECT * FROM weighed ORDER BY setl_time, setl_id, batch, line, entry
