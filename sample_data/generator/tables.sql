CREATE TEMP TABLE parameters (
    seed BIGINT, people BIGINT, settlements BIGINT,
    group_slots BIGINT,      -- regular settlements of four people together
    months BIGINT, first_day DATE,
    low_line_fen BIGINT,     -- the line of people with an identity
    high_line_fen BIGINT,    -- the line of ordinary people
    in_policy BOOLEAN,       -- whether the lines are about in-policy self-payment
    usual_amount_fen BIGINT, -- a settlement of somebody nobody aims, on average
    dirty BOOLEAN            -- whether settlements hold rows to be rejected and a totals row
);
CREATE TEMP TABLE districts (position BIGINT, code VARCHAR);
CREATE TEMP TABLE outside_districts (position BIGINT, code VARCHAR);
CREATE TEMP TABLE category_names (id VARCHAR, chinese VARCHAR, code VARCHAR, department VARCHAR);
