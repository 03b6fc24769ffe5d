CREATE TABLE accounts (
    id SERIAL NOT NULL,
    name VARCHAR(32) NOT NULL,
    display VARCHAR(64) NOT NULL,
    password VARCHAR(255) NOT NULL,
    one_time BOOLEAN NOT NULL,
    password_at VARCHAR(32) NOT NULL,
    totp_sealed BYTEA,
    totp_confirmed BOOLEAN NOT NULL,
    totp_step BIGINT,
    demo BOOLEAN NOT NULL,
    signed_in_at VARCHAR(32),
    disabled_at VARCHAR(32),
    created_at VARCHAR(32) NOT NULL,
    created_by VARCHAR(64) NOT NULL,
    CONSTRAINT pk_accounts PRIMARY KEY (id),
    UNIQUE (name)
);

COMMENT ON TABLE accounts IS 'who may sign in to the screens';

COMMENT ON COLUMN accounts.name IS 'what is typed to sign in, lower case';

COMMENT ON COLUMN accounts.display IS 'how screens and lists name the officer';

COMMENT ON COLUMN accounts.password IS 'argon2id, with its parameters and salt';

COMMENT ON COLUMN accounts.one_time IS 'the password was handed out and has to be changed';

COMMENT ON COLUMN accounts.password_at IS 'when the password was set';

COMMENT ON COLUMN accounts.totp_sealed IS 'secret of the second factor, sealed';

COMMENT ON COLUMN accounts.totp_confirmed IS 'a code was given once: the second factor counts';

COMMENT ON COLUMN accounts.totp_step IS 'time step of the last code taken: none up to it is taken again';

COMMENT ON COLUMN accounts.demo IS 'made by the demo: signs in where Access.demo_home() is true only';

COMMENT ON COLUMN accounts.signed_in_at IS 'the last time; empty before the first';

COMMENT ON COLUMN accounts.disabled_at IS 'empty while the account may sign in';

COMMENT ON COLUMN accounts.created_by IS 'the actor''s name';

CREATE TABLE attempts (
    subject VARCHAR(80) NOT NULL,
    failures INTEGER NOT NULL,
    since VARCHAR(32) NOT NULL,
    last_at VARCHAR(32) NOT NULL,
    again_at VARCHAR(32),
    CONSTRAINT pk_attempts PRIMARY KEY (subject)
);

COMMENT ON TABLE attempts IS 'sign-ins that failed, by name (known or not) and by network address';

COMMENT ON COLUMN attempts.subject IS 'name:keyed hash of what was typed, or client:address';

COMMENT ON COLUMN attempts.failures IS 'in a row';

COMMENT ON COLUMN attempts.since IS 'the first of them';

COMMENT ON COLUMN attempts.again_at IS 'until when nothing is tried; empty when at once';

CREATE TABLE audit (
    sequence INTEGER NOT NULL,
    at VARCHAR(32) NOT NULL,
    written_at VARCHAR(32) NOT NULL,
    actor VARCHAR(64) NOT NULL,
    account INTEGER,
    session VARCHAR(16),
    place VARCHAR(64) NOT NULL,
    action VARCHAR(32) NOT NULL,
    object VARCHAR(128) NOT NULL,
    purpose TEXT NOT NULL,
    detail TEXT NOT NULL,
    fact VARCHAR(64),
    previous VARCHAR(64) NOT NULL,
    digest VARCHAR(64) NOT NULL,
    CONSTRAINT pk_audit PRIMARY KEY (sequence),
    UNIQUE (fact)
);

CREATE INDEX ix_audit_actor ON audit (actor);

CREATE INDEX ix_audit_at ON audit (at);

COMMENT ON TABLE audit IS 'who did what, when and from where; append-only, each entry chained to the one before';

COMMENT ON COLUMN audit.sequence IS '1, 2, 3 … without a gap';

COMMENT ON COLUMN audit.at IS 'when it was done';

COMMENT ON COLUMN audit.written_at IS 'when it was written down: later after a repair only';

COMMENT ON COLUMN audit.actor IS 'account name, os:NAME or anonymous';

COMMENT ON COLUMN audit.account IS 'number of the account; not a foreign key: entries outlive everything';

COMMENT ON COLUMN audit.session IS 'public part of the session';

COMMENT ON COLUMN audit.place IS 'from which screen or command';

COMMENT ON COLUMN audit.action IS 'vocabulary.AuditAction';

COMMENT ON COLUMN audit.object IS 'what it was done to: run, batch, account, person key';

COMMENT ON COLUMN audit.purpose IS 'why, where the act asks for it';

COMMENT ON COLUMN audit.detail IS 'JSON: counts, ids, options; never a personal value';

COMMENT ON COLUMN audit.fact IS 'the store''s fact this entry is about: each once';

COMMENT ON COLUMN audit.previous IS 'digest of the entry before';

COMMENT ON COLUMN audit.digest IS 'HMAC-SHA256 of all of this';

CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit is append-only'; END $$;

CREATE OR REPLACE FUNCTION audit_refuse_gap() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM audit) THEN RAISE EXCEPTION 'audit is append-only'; END IF; RETURN NEW; END $$;

CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

CREATE TRIGGER audit_next BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuse_gap();

CREATE TABLE runs (
    run_id VARCHAR(32) NOT NULL,
    position INTEGER NOT NULL,
    document VARCHAR(64) NOT NULL,
    title TEXT NOT NULL,
    as_of DATE NOT NULL,
    known_at VARCHAR(40) NOT NULL,
    committed_at VARCHAR(40) NOT NULL,
    trial BOOLEAN NOT NULL,
    replay BOOLEAN NOT NULL,
    provisional BOOLEAN NOT NULL,
    predecessor VARCHAR(32),
    settlements BIGINT NOT NULL,
    counted BIGINT NOT NULL,
    persons BIGINT NOT NULL,
    latest_settlement DATE,
    latest_load VARCHAR(40),
    flagged INTEGER NOT NULL,
    uncovered INTEGER NOT NULL,
    outside_region INTEGER NOT NULL,
    deceased INTEGER NOT NULL,
    health TEXT NOT NULL,
    CONSTRAINT pk_runs PRIMARY KEY (run_id),
    UNIQUE (position)
);

COMMENT ON COLUMN runs.run_id IS 'first 16 hex digits of the run manifest''s hash';

COMMENT ON COLUMN runs.position IS 'order of commitment in the store';

COMMENT ON COLUMN runs.title IS 'the document''s Chinese title';

COMMENT ON COLUMN runs.known_at IS 'ISO 8601 with offset';

COMMENT ON COLUMN runs.committed_at IS 'ISO 8601 with offset';

COMMENT ON COLUMN runs.predecessor IS 'the run states were compared with';

COMMENT ON COLUMN runs.settlements IS 'current settlements in the window';

COMMENT ON COLUMN runs.counted IS 'those that count (not void, refunded or superseded)';

COMMENT ON COLUMN runs.persons IS 'persons with a counted settlement in the window';

COMMENT ON COLUMN runs.latest_settlement IS 'date of the latest settlement in the window';

COMMENT ON COLUMN runs.latest_load IS 'when the newest settlement batch it used was committed';

COMMENT ON COLUMN runs.flagged IS 'alerts that are new, continuing or raised';

COMMENT ON COLUMN runs.uncovered IS 'people over a line whom no rule covers';

COMMENT ON COLUMN runs.health IS 'JSON: read, accepted, duplicates, rejected, flags by name';

CREATE TABLE search_marks (
    mark VARCHAR(20) NOT NULL,
    person VARCHAR(32) NOT NULL,
    CONSTRAINT pk_search_marks PRIMARY KEY (mark, person)
);

COMMENT ON TABLE search_marks IS 'what listed people are looked for by: the last four, and each name they were ever listed under';

COMMENT ON COLUMN search_marks.mark IS 'blind index of a whole name or of a number''s last four';

CREATE TABLE case_runs (
    run_id VARCHAR(32) NOT NULL,
    document VARCHAR(64) NOT NULL,
    as_of DATE NOT NULL,
    at VARCHAR(32) NOT NULL,
    actor VARCHAR(64) NOT NULL,
    account INTEGER,
    opened INTEGER NOT NULL,
    reopened INTEGER NOT NULL,
    moved INTEGER NOT NULL,
    heard INTEGER NOT NULL,
    skipped BOOLEAN NOT NULL,
    CONSTRAINT pk_case_runs PRIMARY KEY (run_id)
);

COMMENT ON TABLE case_runs IS 'runs whose alerts are worked into the cases: each once, whatever becomes of its image';

COMMENT ON COLUMN case_runs.at IS 'as moment.written writes it';

COMMENT ON COLUMN case_runs.actor IS 'account name, os:NAME or run';

COMMENT ON COLUMN case_runs.account IS 'number of the account; not a foreign key: history outlives everything';

COMMENT ON COLUMN case_runs.opened IS 'cases';

COMMENT ON COLUMN case_runs.moved IS 'back under the line, or deceased';

COMMENT ON COLUMN case_runs.heard IS 'news of an open case that did not move it';

COMMENT ON COLUMN case_runs.skipped IS 'older than a run worked in before: touched nothing';

CREATE TABLE referral_packs (
    id SERIAL NOT NULL,
    department VARCHAR(32) NOT NULL,
    month VARCHAR(7) NOT NULL,
    document VARCHAR(64) NOT NULL,
    run_id VARCHAR(32) NOT NULL,
    districts TEXT NOT NULL,
    filters TEXT NOT NULL,
    layout VARCHAR(64) NOT NULL,
    year INTEGER,
    serial INTEGER,
    state VARCHAR(16) NOT NULL,
    content_sha256 VARCHAR(64) NOT NULL,
    counts TEXT NOT NULL,
    people INTEGER NOT NULL,
    excess_fen BIGINT NOT NULL,
    known_at VARCHAR(40) NOT NULL,
    due_on DATE,
    proposed_at VARCHAR(32) NOT NULL,
    proposed_by VARCHAR(64) NOT NULL,
    proposed_account INTEGER,
    sent_at VARCHAR(32),
    received_at VARCHAR(32),
    recalled_at VARCHAR(32),
    version INTEGER NOT NULL,
    CONSTRAINT pk_referral_packs PRIMARY KEY (id),
    CONSTRAINT uq_referral_packs_number UNIQUE (department, year, serial)
);

CREATE INDEX ix_referral_packs_month_department ON referral_packs (month, department);

COMMENT ON TABLE referral_packs IS 'monthly lists to departments, immutable once sent';

COMMENT ON COLUMN referral_packs.department IS 'vocabulary.DEPARTMENTS';

COMMENT ON COLUMN referral_packs.month IS 'YYYY-MM';

COMMENT ON COLUMN referral_packs.run_id IS 'the newest run of the document when it was proposed: the facts';

COMMENT ON COLUMN referral_packs.districts IS 'JSON list of prefixes: whose people; empty for all';

COMMENT ON COLUMN referral_packs.filters IS 'JSON: whatever else it was narrowed by';

COMMENT ON COLUMN referral_packs.layout IS 'the recipient''s template, by id';

COMMENT ON COLUMN referral_packs.year IS 'of the number, given when approved';

COMMENT ON COLUMN referral_packs.serial IS '1, 2, 3 … within department and year, given when approved';

COMMENT ON COLUMN referral_packs.state IS 'vocabulary.PackState';

COMMENT ON COLUMN referral_packs.content_sha256 IS 'of the lines in their order: what approvers have seen';

COMMENT ON COLUMN referral_packs.counts IS 'JSON: people by ReferralNews, left out by why, sums in fen';

COMMENT ON COLUMN referral_packs.people IS 'lines';

COMMENT ON COLUMN referral_packs.known_at IS 'that run''s: for replay';

COMMENT ON COLUMN referral_packs.due_on IS 'when answers are due';

COMMENT ON COLUMN referral_packs.proposed_by IS 'actor';

CREATE TABLE relief_decisions (
    id SERIAL NOT NULL,
    person VARCHAR(32) NOT NULL,
    decided_on DATE NOT NULL,
    certno_sealed BYTEA,
    name_sealed BYTEA,
    fen BIGINT NOT NULL,
    batch VARCHAR(64) NOT NULL,
    at VARCHAR(32) NOT NULL,
    CONSTRAINT pk_relief_decisions PRIMARY KEY (id),
    CONSTRAINT uq_relief_decisions_person UNIQUE (person, decided_on)
);

COMMENT ON TABLE relief_decisions IS 'reliefs of cases decided one by one (一事一议), as the store''s case decisions have them';

COMMENT ON COLUMN relief_decisions.person IS 'as the case''s';

COMMENT ON COLUMN relief_decisions.decided_on IS 'the day of the relief';

COMMENT ON COLUMN relief_decisions.certno_sealed IS 'the number it was told under: a correction goes by it, whosever the case is now';

COMMENT ON COLUMN relief_decisions.fen IS 'as the store was told last; 0: taken back';

COMMENT ON COLUMN relief_decisions.batch IS 'the load it was told with';

CREATE TABLE account_roles (
    account INTEGER NOT NULL,
    role VARCHAR(32) NOT NULL,
    CONSTRAINT pk_account_roles PRIMARY KEY (account, role),
    CONSTRAINT fk_account_roles_account FOREIGN KEY(account) REFERENCES accounts (id) ON DELETE CASCADE
);

COMMENT ON COLUMN account_roles.role IS 'vocabulary.Role';

CREATE TABLE account_scopes (
    account INTEGER NOT NULL,
    kind VARCHAR(16) NOT NULL,
    place VARCHAR(64) NOT NULL,
    CONSTRAINT pk_account_scopes PRIMARY KEY (account, kind, place),
    CONSTRAINT fk_account_scopes_account FOREIGN KEY(account) REFERENCES accounts (id) ON DELETE CASCADE
);

COMMENT ON TABLE account_scopes IS 'whose rows an account sees; without a row: nobody''s';

COMMENT ON COLUMN account_scopes.kind IS 'everything, district or town';

COMMENT ON COLUMN account_scopes.place IS 'prefix of a district''s code, name of a township, or empty';

CREATE TABLE passwords_used (
    id SERIAL NOT NULL,
    account INTEGER NOT NULL,
    password VARCHAR(255) NOT NULL,
    CONSTRAINT pk_passwords_used PRIMARY KEY (id),
    CONSTRAINT fk_passwords_used_account FOREIGN KEY(account) REFERENCES accounts (id) ON DELETE CASCADE
);

CREATE INDEX ix_passwords_used_account ON passwords_used (account);

COMMENT ON TABLE passwords_used IS 'the passwords before the present one, so that none comes back soon';

COMMENT ON COLUMN passwords_used.password IS 'argon2id';

CREATE TABLE sessions (
    token_sha256 VARCHAR(64) NOT NULL,
    account INTEGER NOT NULL,
    opened_at VARCHAR(32) NOT NULL,
    seen_at VARCHAR(32) NOT NULL,
    client VARCHAR(64) NOT NULL,
    CONSTRAINT pk_sessions PRIMARY KEY (token_sha256),
    CONSTRAINT fk_sessions_account FOREIGN KEY(account) REFERENCES accounts (id) ON DELETE CASCADE
);

CREATE INDEX ix_sessions_account ON sessions (account);

COMMENT ON COLUMN sessions.token_sha256 IS 'the token itself is in the browser only';

COMMENT ON COLUMN sessions.seen_at IS 'last use, to the minute';

COMMENT ON COLUMN sessions.client IS 'network address it was opened from';

CREATE TABLE alerts (
    id SERIAL NOT NULL,
    run_id VARCHAR(32) NOT NULL,
    person VARCHAR(32) NOT NULL,
    certno_sealed BYTEA,
    name_sealed BYTEA,
    certno_masked VARCHAR(24) NOT NULL,
    name_masked VARCHAR(64) NOT NULL,
    category VARCHAR(32) NOT NULL,
    insutype VARCHAR(8) NOT NULL,
    insu_admdvs VARCHAR(6) NOT NULL,
    town VARCHAR(64) NOT NULL,
    measure VARCHAR(32) NOT NULL,
    burden_fen BIGINT NOT NULL,
    benchmark_fen BIGINT,
    benchmark_year INTEGER,
    multiple VARCHAR(16),
    threshold_fen BIGINT NOT NULL,
    excess_fen BIGINT NOT NULL,
    reason VARCHAR(32) NOT NULL,
    provisional BOOLEAN NOT NULL,
    rule VARCHAR(64) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    crossed_on DATE,
    crossing_setl_id TEXT,
    state VARCHAR(16) NOT NULL,
    CONSTRAINT pk_alerts PRIMARY KEY (id),
    CONSTRAINT fk_alerts_run_id FOREIGN KEY(run_id) REFERENCES runs (run_id) ON DELETE CASCADE
);

CREATE INDEX ix_alerts_list ON alerts (run_id, excess_fen, state, kind, category, insu_admdvs, town, insutype, crossed_on, burden_fen);

CREATE INDEX ix_alerts_run_id_person ON alerts (run_id, person);

COMMENT ON COLUMN alerts.person IS 'keyed hash of the person, hexadecimal';

COMMENT ON COLUMN alerts.certno_sealed IS 'empty where only a psn_no is known';

COMMENT ON COLUMN alerts.certno_masked IS '3710**********1234';

COMMENT ON COLUMN alerts.name_masked IS '张*';

COMMENT ON COLUMN alerts.insu_admdvs IS 'insured district, six digits';

COMMENT ON COLUMN alerts.town IS 'township of the register, or empty';

COMMENT ON COLUMN alerts.benchmark_fen IS 'empty for an absolute line';

COMMENT ON COLUMN alerts.multiple IS 'decimal text; empty for an absolute line';

COMMENT ON COLUMN alerts.threshold_fen IS 'rounded for display';

COMMENT ON COLUMN alerts.reason IS 'why cleared or set aside; empty otherwise';

COMMENT ON COLUMN alerts.crossed_on IS 'empty when cleared or unconfirmed';

CREATE TABLE set_aside (
    id SERIAL NOT NULL,
    run_id VARCHAR(32) NOT NULL,
    person VARCHAR(32) NOT NULL,
    certno_sealed BYTEA,
    name_sealed BYTEA,
    certno_masked VARCHAR(24) NOT NULL,
    name_masked VARCHAR(64) NOT NULL,
    category VARCHAR(32) NOT NULL,
    insutype VARCHAR(8) NOT NULL,
    insu_admdvs VARCHAR(6) NOT NULL,
    town VARCHAR(64) NOT NULL,
    measure VARCHAR(32) NOT NULL,
    burden_fen BIGINT NOT NULL,
    benchmark_fen BIGINT,
    benchmark_year INTEGER,
    multiple VARCHAR(16),
    threshold_fen BIGINT NOT NULL,
    excess_fen BIGINT NOT NULL,
    reason VARCHAR(32) NOT NULL,
    provisional BOOLEAN NOT NULL,
    CONSTRAINT pk_set_aside PRIMARY KEY (id),
    CONSTRAINT fk_set_aside_run_id FOREIGN KEY(run_id) REFERENCES runs (run_id) ON DELETE CASCADE
);

CREATE INDEX ix_set_aside_run_id_reason ON set_aside (run_id, reason);

COMMENT ON COLUMN set_aside.person IS 'keyed hash of the person, hexadecimal';

COMMENT ON COLUMN set_aside.certno_sealed IS 'empty where only a psn_no is known';

COMMENT ON COLUMN set_aside.certno_masked IS '3710**********1234';

COMMENT ON COLUMN set_aside.name_masked IS '张*';

COMMENT ON COLUMN set_aside.insu_admdvs IS 'insured district, six digits';

COMMENT ON COLUMN set_aside.town IS 'township of the register, or empty';

COMMENT ON COLUMN set_aside.benchmark_fen IS 'empty for an absolute line';

COMMENT ON COLUMN set_aside.multiple IS 'decimal text; empty for an absolute line';

COMMENT ON COLUMN set_aside.threshold_fen IS 'rounded for display';

COMMENT ON COLUMN set_aside.reason IS 'why cleared or set aside; empty otherwise';

CREATE TABLE summary (
    run_id VARCHAR(32) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    category VARCHAR(32) NOT NULL,
    insu_admdvs VARCHAR(6) NOT NULL,
    month VARCHAR(7) NOT NULL,
    state VARCHAR(16) NOT NULL,
    people INTEGER NOT NULL,
    excess_fen BIGINT NOT NULL,
    CONSTRAINT pk_summary PRIMARY KEY (run_id, kind, category, insu_admdvs, month, state),
    CONSTRAINT fk_summary_run_id FOREIGN KEY(run_id) REFERENCES runs (run_id) ON DELETE CASCADE
);

COMMENT ON TABLE summary IS 'counts of alerts, additive: the overview never counts 100,000 rows';

COMMENT ON COLUMN summary.month IS 'month of the first crossing, YYYY-MM; empty when cleared';

CREATE TABLE town_summary (
    run_id VARCHAR(32) NOT NULL,
    town VARCHAR(64) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    category VARCHAR(32) NOT NULL,
    insu_admdvs VARCHAR(6) NOT NULL,
    month VARCHAR(7) NOT NULL,
    state VARCHAR(16) NOT NULL,
    people INTEGER NOT NULL,
    excess_fen BIGINT NOT NULL,
    CONSTRAINT pk_town_summary PRIMARY KEY (run_id, town, kind, category, insu_admdvs, month, state),
    CONSTRAINT fk_town_summary_run_id FOREIGN KEY(run_id) REFERENCES runs (run_id) ON DELETE CASCADE
);

COMMENT ON TABLE town_summary IS 'the same by township';

COMMENT ON COLUMN town_summary.town IS 'township of the register, or empty';

COMMENT ON COLUMN town_summary.month IS 'month of the first crossing, YYYY-MM; empty when cleared';

CREATE TABLE distribution (
    run_id VARCHAR(32) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    percent INTEGER NOT NULL,
    people BIGINT NOT NULL,
    CONSTRAINT pk_distribution PRIMARY KEY (run_id, kind, percent),
    CONSTRAINT fk_distribution_run_id FOREIGN KEY(run_id) REFERENCES runs (run_id) ON DELETE CASCADE
);

COMMENT ON COLUMN distribution.kind IS 'the rule''s kind whose population this is';

COMMENT ON COLUMN distribution.percent IS 'lower edge of a 5-point bin of burden ÷ benchmark, in %; a bin holds edge < ratio ≤ edge + 5, as the lines are strict; 300 holds all above 300';

CREATE TABLE entitled_runs (
    run_id VARCHAR(32) NOT NULL,
    recognised INTEGER NOT NULL,
    computed INTEGER NOT NULL,
    due_more INTEGER NOT NULL,
    no_route INTEGER NOT NULL,
    expected_fen BIGINT NOT NULL,
    actual_fen BIGINT NOT NULL,
    shortfall_fen BIGINT NOT NULL,
    CONSTRAINT pk_entitled_runs PRIMARY KEY (run_id),
    CONSTRAINT fk_entitled_runs_run_id FOREIGN KEY(run_id) REFERENCES runs (run_id) ON DELETE CASCADE
);

COMMENT ON TABLE entitled_runs IS 'runs whose entitlements were worked out';

COMMENT ON COLUMN entitled_runs.recognised IS 'people the document recognises';

COMMENT ON COLUMN entitled_runs.computed IS 'of these, how many amounts could be worked out for';

COMMENT ON COLUMN entitled_runs.due_more IS 'of these, how many are due more than was paid';

COMMENT ON COLUMN entitled_runs.no_route IS 'people flagged whom no schedule helps';

CREATE TABLE shortfalls (
    id SERIAL NOT NULL,
    run_id VARCHAR(32) NOT NULL,
    person VARCHAR(32) NOT NULL,
    certno_sealed BYTEA,
    name_sealed BYTEA,
    certno_masked VARCHAR(24) NOT NULL,
    name_masked VARCHAR(64) NOT NULL,
    category VARCHAR(32) NOT NULL,
    insutype VARCHAR(8) NOT NULL,
    insu_admdvs VARCHAR(6) NOT NULL,
    town VARCHAR(64) NOT NULL,
    route VARCHAR(16) NOT NULL,
    schedule VARCHAR(64) NOT NULL,
    reason VARCHAR(32) NOT NULL,
    marks VARCHAR(128) NOT NULL,
    since DATE,
    eligible_fen BIGINT NOT NULL,
    aid_fen BIGINT NOT NULL,
    tilt_fen BIGINT NOT NULL,
    decided_fen BIGINT,
    expected_fen BIGINT NOT NULL,
    actual_fen BIGINT NOT NULL,
    shortfall_fen BIGINT NOT NULL,
    remaining_fen BIGINT NOT NULL,
    note TEXT NOT NULL,
    CONSTRAINT pk_shortfalls PRIMARY KEY (id),
    CONSTRAINT fk_shortfalls_run_id FOREIGN KEY(run_id) REFERENCES runs (run_id) ON DELETE CASCADE
);

CREATE INDEX ix_shortfalls_day ON shortfalls (run_id, since, reason, category, insu_admdvs, town, expected_fen, shortfall_fen);

CREATE INDEX ix_shortfalls_place ON shortfalls (run_id, insu_admdvs, town, reason, category, since, expected_fen, shortfall_fen);

CREATE INDEX ix_shortfalls_person ON shortfalls (person);

CREATE INDEX ix_shortfalls_list ON shortfalls (run_id, shortfall_fen, reason, category, insu_admdvs, town, since, expected_fen);

CREATE INDEX ix_shortfalls_expected ON shortfalls (run_id, expected_fen, reason, category, insu_admdvs, town, since, shortfall_fen);

COMMENT ON TABLE shortfalls IS 'people due more than was paid (应享未享)';

COMMENT ON COLUMN shortfalls.person IS 'keyed hash of the person, hexadecimal';

COMMENT ON COLUMN shortfalls.certno_sealed IS 'empty where only a psn_no is known';

COMMENT ON COLUMN shortfalls.certno_masked IS '3710**********1234';

COMMENT ON COLUMN shortfalls.name_masked IS '张*';

COMMENT ON COLUMN shortfalls.insu_admdvs IS 'insured district, six digits';

COMMENT ON COLUMN shortfalls.town IS 'township of the register, or empty';

COMMENT ON COLUMN shortfalls.route IS 'direct or on_application';

COMMENT ON COLUMN shortfalls.schedule IS 'the document''s schedule, by id';

COMMENT ON COLUMN shortfalls.reason IS 'why more is due than was paid';

COMMENT ON COLUMN shortfalls.marks IS 'what else officers ask about, words separated by blanks';

COMMENT ON COLUMN shortfalls.since IS 'first counted settlement that went without assistance';

COMMENT ON COLUMN shortfalls.decided_fen IS 'decisions of single cases; empty where nobody told of any';

COMMENT ON COLUMN shortfalls.note IS 'what has to be known of the amounts, or empty';

CREATE TABLE cases (
    id SERIAL NOT NULL,
    person VARCHAR(32) NOT NULL,
    certno_sealed BYTEA,
    name_sealed BYTEA,
    certno_masked VARCHAR(24) NOT NULL,
    name_masked VARCHAR(64) NOT NULL,
    category VARCHAR(32) NOT NULL,
    insutype VARCHAR(8) NOT NULL,
    insu_admdvs VARCHAR(6) NOT NULL,
    town VARCHAR(64) NOT NULL,
    document VARCHAR(64) NOT NULL,
    year INTEGER NOT NULL,
    kind VARCHAR(32) NOT NULL,
    rule VARCHAR(64) NOT NULL,
    measure VARCHAR(32) NOT NULL,
    burden_fen BIGINT NOT NULL,
    benchmark_fen BIGINT,
    benchmark_year INTEGER,
    multiple VARCHAR(16),
    threshold_fen BIGINT NOT NULL,
    excess_fen BIGINT NOT NULL,
    band INTEGER NOT NULL,
    crossed_on DATE,
    provisional BOOLEAN NOT NULL,
    alert_state VARCHAR(16) NOT NULL,
    alert_reason VARCHAR(32) NOT NULL,
    opened_run VARCHAR(32) NOT NULL,
    opened_at VARCHAR(32) NOT NULL,
    opened_crossing DATE,
    known_at VARCHAR(32),
    alert_run VARCHAR(32) NOT NULL,
    as_of DATE NOT NULL,
    news VARCHAR(16) NOT NULL,
    state VARCHAR(16) NOT NULL,
    since VARCHAR(32) NOT NULL,
    version INTEGER NOT NULL,
    reason VARCHAR(32) NOT NULL,
    assignee INTEGER,
    due_on DATE,
    sent_at VARCHAR(32),
    answer VARCHAR(16) NOT NULL,
    answered_at VARCHAR(32),
    recognised_as VARCHAR(32) NOT NULL,
    recognised_on DATE,
    relief_kind VARCHAR(32) NOT NULL,
    relief_fen BIGINT,
    relief_on DATE,
    closed_at VARCHAR(32),
    CONSTRAINT pk_cases PRIMARY KEY (id),
    CONSTRAINT uq_cases_person UNIQUE (person, document, year),
    CONSTRAINT fk_cases_assignee FOREIGN KEY(assignee) REFERENCES accounts (id)
);

CREATE INDEX ix_cases_state_since ON cases (state, since);

CREATE INDEX ix_cases_news ON cases (news) WHERE news != '';

CREATE INDEX ix_cases_assignee_due_on ON cases (assignee, due_on) WHERE assignee IS NOT NULL;

CREATE INDEX ix_cases_due_on ON cases (due_on) WHERE due_on IS NOT NULL;

CREATE INDEX ix_cases_list ON cases (excess_fen, state, kind, category, insu_admdvs, town);

COMMENT ON TABLE cases IS 'one a person, document and year; what officers decide, which no run overwrites';

COMMENT ON COLUMN cases.person IS 'keyed hash of the person, hexadecimal';

COMMENT ON COLUMN cases.certno_sealed IS 'empty where only a psn_no is known';

COMMENT ON COLUMN cases.certno_masked IS '3710**********1234';

COMMENT ON COLUMN cases.name_masked IS '张*';

COMMENT ON COLUMN cases.insu_admdvs IS 'insured district, six digits';

COMMENT ON COLUMN cases.town IS 'township of the register, or empty';

COMMENT ON COLUMN cases.year IS 'of the runs'' as_of';

COMMENT ON COLUMN cases.benchmark_fen IS 'empty for an absolute line';

COMMENT ON COLUMN cases.multiple IS 'decimal text; empty for an absolute line';

COMMENT ON COLUMN cases.threshold_fen IS 'rounded for display';

COMMENT ON COLUMN cases.band IS 'highest of 50, 100, 150 % of the benchmark crossed, 0 for an absolute line';

COMMENT ON COLUMN cases.crossed_on IS 'first crossing, the last known where there is none now';

COMMENT ON COLUMN cases.alert_state IS 'vocabulary.AlertState, of the newest run worked in';

COMMENT ON COLUMN cases.alert_reason IS 'why cleared; empty otherwise';

COMMENT ON COLUMN cases.opened_run IS 'the run whose alert opened it; with person and rule, the alert';

COMMENT ON COLUMN cases.opened_at IS 'when that run was committed';

COMMENT ON COLUMN cases.opened_crossing IS 'first crossing as known then';

COMMENT ON COLUMN cases.known_at IS 'when the newest settlements that run used were committed';

COMMENT ON COLUMN cases.alert_run IS 'the newest run that said something of the person';

COMMENT ON COLUMN cases.as_of IS 'that run''s';

COMMENT ON COLUMN cases.news IS 'vocabulary.AlertState nobody has acted on yet, or empty';

COMMENT ON COLUMN cases.state IS 'vocabulary.CaseState';

COMMENT ON COLUMN cases.since IS 'when it came into its state';

COMMENT ON COLUMN cases.version IS 'counts every act; who acts on an older one is told';

COMMENT ON COLUMN cases.reason IS 'coded reason of excluded, not_recognised, closed; empty otherwise';

COMMENT ON COLUMN cases.assignee IS 'the officer it is given to';

COMMENT ON COLUMN cases.due_on IS 'last day for the next step';

COMMENT ON COLUMN cases.sent_at IS 'first time it was sent';

COMMENT ON COLUMN cases.answer IS 'CaseState of the departments'' last answer, or empty';

COMMENT ON COLUMN cases.recognised_as IS 'vocabulary.Category, or empty';

COMMENT ON COLUMN cases.recognised_on IS 'first day in force';

COMMENT ON COLUMN cases.relief_kind IS 'vocabulary.ReliefKind, or empty';

CREATE TABLE pack_people (
    id SERIAL NOT NULL,
    person VARCHAR(32) NOT NULL,
    certno_sealed BYTEA,
    name_sealed BYTEA,
    certno_masked VARCHAR(24) NOT NULL,
    name_masked VARCHAR(64) NOT NULL,
    category VARCHAR(32) NOT NULL,
    insutype VARCHAR(8) NOT NULL,
    insu_admdvs VARCHAR(6) NOT NULL,
    town VARCHAR(64) NOT NULL,
    pack_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    since DATE NOT NULL,
    until DATE,
    in_register BOOLEAN NOT NULL,
    CONSTRAINT pk_pack_people PRIMARY KEY (id),
    CONSTRAINT uq_pack_people_person UNIQUE (pack_id, person),
    CONSTRAINT fk_pack_people_pack_id FOREIGN KEY(pack_id) REFERENCES referral_packs (id)
);

CREATE INDEX ix_pack_people_pack_id_position ON pack_people (pack_id, position);

COMMENT ON TABLE pack_people IS 'the people of a list that is of no cases (先诊疗后付费), as proposed';

COMMENT ON COLUMN pack_people.person IS 'keyed hash of the person, hexadecimal';

COMMENT ON COLUMN pack_people.certno_sealed IS 'empty where only a psn_no is known';

COMMENT ON COLUMN pack_people.certno_masked IS '3710**********1234';

COMMENT ON COLUMN pack_people.name_masked IS '张*';

COMMENT ON COLUMN pack_people.insu_admdvs IS 'insured district, six digits';

COMMENT ON COLUMN pack_people.town IS 'township of the register, or empty';

COMMENT ON COLUMN pack_people.position IS '1, 2, 3 … as the list is read';

COMMENT ON COLUMN pack_people.since IS 'first day the identity is in force';

COMMENT ON COLUMN pack_people.until IS 'its last day; empty where no end is known';

COMMENT ON COLUMN pack_people.in_register IS 'whether the register of the insured knows them';

CREATE TABLE referral_acts (
    id SERIAL NOT NULL,
    pack_id INTEGER NOT NULL,
    at VARCHAR(32) NOT NULL,
    actor VARCHAR(64) NOT NULL,
    account INTEGER,
    to_state VARCHAR(16) NOT NULL,
    content_sha256 VARCHAR(64) NOT NULL,
    remark_sealed BYTEA,
    CONSTRAINT pk_referral_acts PRIMARY KEY (id),
    CONSTRAINT fk_referral_acts_pack_id FOREIGN KEY(pack_id) REFERENCES referral_packs (id)
);

CREATE INDEX ix_referral_acts_pack_id ON referral_acts (pack_id);

COMMENT ON TABLE referral_acts IS 'a pack''s history: proposed, approved or refused, sent, received, recalled';

COMMENT ON COLUMN referral_acts.at IS 'as moment.written writes it';

COMMENT ON COLUMN referral_acts.actor IS 'account name, os:NAME or run';

COMMENT ON COLUMN referral_acts.account IS 'number of the account; not a foreign key: history outlives everything';

COMMENT ON COLUMN referral_acts.to_state IS 'vocabulary.PackState it led to';

COMMENT ON COLUMN referral_acts.content_sha256 IS 'of what was seen';

COMMENT ON COLUMN referral_acts.remark_sealed IS 'in somebody''s own words';

CREATE TABLE referral_files (
    id SERIAL NOT NULL,
    pack_id INTEGER NOT NULL,
    name VARCHAR(128) NOT NULL,
    rows INTEGER NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    at VARCHAR(32) NOT NULL,
    actor VARCHAR(64) NOT NULL,
    account INTEGER,
    CONSTRAINT pk_referral_files PRIMARY KEY (id),
    CONSTRAINT fk_referral_files_pack_id FOREIGN KEY(pack_id) REFERENCES referral_packs (id)
);

CREATE INDEX ix_referral_files_pack_id ON referral_files (pack_id);

COMMENT ON TABLE referral_files IS 'files written of a pack: rows on screen = rows in the file = rows in the audit';

COMMENT ON COLUMN referral_files.name IS 'file name, without anybody''s name in it';

COMMENT ON COLUMN referral_files.rows IS 'people in it';

COMMENT ON COLUMN referral_files.sha256 IS 'of the file as handed over';

COMMENT ON COLUMN referral_files.at IS 'as moment.written writes it';

COMMENT ON COLUMN referral_files.actor IS 'account name, os:NAME or run';

COMMENT ON COLUMN referral_files.account IS 'number of the account; not a foreign key: history outlives everything';

CREATE TABLE replies (
    id SERIAL NOT NULL,
    department VARCHAR(32) NOT NULL,
    layout VARCHAR(64) NOT NULL,
    sha256 VARCHAR(64) NOT NULL,
    pack_id INTEGER,
    month VARCHAR(7) NOT NULL,
    run_id VARCHAR(32),
    at VARCHAR(32) NOT NULL,
    actor VARCHAR(64) NOT NULL,
    account INTEGER,
    read INTEGER NOT NULL,
    counts TEXT NOT NULL,
    batch VARCHAR(64),
    notes TEXT,
    CONSTRAINT pk_replies PRIMARY KEY (id),
    UNIQUE (sha256),
    CONSTRAINT fk_replies_pack_id FOREIGN KEY(pack_id) REFERENCES referral_packs (id)
);

COMMENT ON TABLE replies IS 'imported answers of departments, and provinces'' lists';

COMMENT ON COLUMN replies.department IS 'vocabulary.DEPARTMENTS, or province for its own list';

COMMENT ON COLUMN replies.sha256 IS 'of the file: the same one is not imported twice';

COMMENT ON COLUMN replies.pack_id IS 'the pack it says it answers; empty where it says none';

COMMENT ON COLUMN replies.month IS 'YYYY-MM it is about';

COMMENT ON COLUMN replies.run_id IS 'the run a province''s list was compared with';

COMMENT ON COLUMN replies.at IS 'as moment.written writes it';

COMMENT ON COLUMN replies.actor IS 'account name, os:NAME or run';

COMMENT ON COLUMN replies.account IS 'number of the account; not a foreign key: history outlives everything';

COMMENT ON COLUMN replies.read IS 'lines';

COMMENT ON COLUMN replies.counts IS 'JSON: lines by ReplyMatch; read is their sum';

COMMENT ON COLUMN replies.batch IS 'the identities it granted, as loaded into the store';

COMMENT ON COLUMN replies.notes IS 'JSON: kept: lines by heading of what went into remarks; unused: what of the file was not used';

CREATE TABLE case_events (
    id SERIAL NOT NULL,
    case_id INTEGER NOT NULL,
    at VARCHAR(32) NOT NULL,
    actor VARCHAR(64) NOT NULL,
    account INTEGER,
    act VARCHAR(16) NOT NULL,
    from_state VARCHAR(16) NOT NULL,
    to_state VARCHAR(16) NOT NULL,
    reason VARCHAR(32) NOT NULL,
    detail TEXT NOT NULL,
    remark_sealed BYTEA,
    run_id VARCHAR(32),
    pack_id INTEGER,
    reply_id INTEGER,
    version INTEGER NOT NULL,
    CONSTRAINT pk_case_events PRIMARY KEY (id),
    CONSTRAINT fk_case_events_case_id FOREIGN KEY(case_id) REFERENCES cases (id),
    CONSTRAINT fk_case_events_pack_id FOREIGN KEY(pack_id) REFERENCES referral_packs (id),
    CONSTRAINT fk_case_events_reply_id FOREIGN KEY(reply_id) REFERENCES replies (id)
);

CREATE INDEX ix_case_events_case_id ON case_events (case_id);

COMMENT ON TABLE case_events IS 'a case''s history: rows are added, never changed';

COMMENT ON COLUMN case_events.at IS 'as moment.written writes it';

COMMENT ON COLUMN case_events.actor IS 'account name, os:NAME or run';

COMMENT ON COLUMN case_events.account IS 'number of the account; not a foreign key: history outlives everything';

COMMENT ON COLUMN case_events.act IS 'vocabulary.CaseAct';

COMMENT ON COLUMN case_events.from_state IS 'empty for the first';

COMMENT ON COLUMN case_events.reason IS 'coded reason, or the run''s word (raised, cleared: correction …)';

COMMENT ON COLUMN case_events.detail IS 'JSON: assignee, due_on, category, relief …; never a personal value';

COMMENT ON COLUMN case_events.remark_sealed IS 'in somebody''s own words';

COMMENT ON COLUMN case_events.run_id IS 'the run that spoke';

COMMENT ON COLUMN case_events.pack_id IS 'the pack it went with';

COMMENT ON COLUMN case_events.reply_id IS 'the reply that said so';

COMMENT ON COLUMN case_events.version IS 'the case''s, after it';

CREATE TABLE referral_lines (
    id SERIAL NOT NULL,
    person VARCHAR(32) NOT NULL,
    certno_sealed BYTEA,
    name_sealed BYTEA,
    certno_masked VARCHAR(24) NOT NULL,
    name_masked VARCHAR(64) NOT NULL,
    category VARCHAR(32) NOT NULL,
    insutype VARCHAR(8) NOT NULL,
    insu_admdvs VARCHAR(6) NOT NULL,
    town VARCHAR(64) NOT NULL,
    pack_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    case_id INTEGER NOT NULL,
    news VARCHAR(16) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    rule VARCHAR(64) NOT NULL,
    measure VARCHAR(32) NOT NULL,
    burden_fen BIGINT NOT NULL,
    benchmark_fen BIGINT,
    benchmark_year INTEGER,
    multiple VARCHAR(16),
    threshold_fen BIGINT NOT NULL,
    excess_fen BIGINT NOT NULL,
    band INTEGER NOT NULL,
    crossed_on DATE,
    provisional BOOLEAN NOT NULL,
    alert_state VARCHAR(16) NOT NULL,
    alert_reason VARCHAR(32) NOT NULL,
    covered BOOLEAN NOT NULL,
    answer VARCHAR(16) NOT NULL,
    answer_reason VARCHAR(32) NOT NULL,
    answered_at VARCHAR(32),
    CONSTRAINT pk_referral_lines PRIMARY KEY (id),
    CONSTRAINT uq_referral_lines_case UNIQUE (pack_id, case_id),
    CONSTRAINT fk_referral_lines_pack_id FOREIGN KEY(pack_id) REFERENCES referral_packs (id),
    CONSTRAINT fk_referral_lines_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
);

CREATE INDEX ix_referral_lines_case_id ON referral_lines (case_id);

CREATE INDEX ix_referral_lines_pack_id_position ON referral_lines (pack_id, position);

COMMENT ON TABLE referral_lines IS 'the people of a pack with the facts as sent; only the answer comes later';

COMMENT ON COLUMN referral_lines.person IS 'keyed hash of the person, hexadecimal';

COMMENT ON COLUMN referral_lines.certno_sealed IS 'empty where only a psn_no is known';

COMMENT ON COLUMN referral_lines.certno_masked IS '3710**********1234';

COMMENT ON COLUMN referral_lines.name_masked IS '张*';

COMMENT ON COLUMN referral_lines.insu_admdvs IS 'insured district, six digits';

COMMENT ON COLUMN referral_lines.town IS 'township of the register, or empty';

COMMENT ON COLUMN referral_lines.position IS '1, 2, 3 … as the list is read';

COMMENT ON COLUMN referral_lines.news IS 'vocabulary.ReferralNews';

COMMENT ON COLUMN referral_lines.benchmark_fen IS 'empty for an absolute line';

COMMENT ON COLUMN referral_lines.multiple IS 'decimal text; empty for an absolute line';

COMMENT ON COLUMN referral_lines.threshold_fen IS 'rounded for display';

COMMENT ON COLUMN referral_lines.band IS 'highest of 50, 100, 150 % of the benchmark crossed, 0 for an absolute line';

COMMENT ON COLUMN referral_lines.crossed_on IS 'first crossing, the last known where there is none now';

COMMENT ON COLUMN referral_lines.alert_state IS 'vocabulary.AlertState, of the newest run worked in';

COMMENT ON COLUMN referral_lines.alert_reason IS 'why cleared; empty otherwise';

COMMENT ON COLUMN referral_lines.covered IS 'stands apart: already in the recipient''s care';

COMMENT ON COLUMN referral_lines.answer IS 'CaseState this department answered with, or empty';

CREATE TABLE referral_contents (
    file_id INTEGER NOT NULL,
    content_sealed BYTEA NOT NULL,
    CONSTRAINT pk_referral_contents PRIMARY KEY (file_id),
    CONSTRAINT fk_referral_contents_file_id FOREIGN KEY(file_id) REFERENCES referral_files (id)
);

COMMENT ON TABLE referral_contents IS 'the files of packs: what a department has can always be shown again';

COMMENT ON COLUMN referral_contents.content_sealed IS 'the file''s bytes as handed over, sealed';

CREATE OR REPLACE FUNCTION referral_packs_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (0 = 1) THEN RAISE EXCEPTION 'referral_packs keeps what was told'; END IF; RETURN NEW; END $$;

CREATE TRIGGER referral_packs_fixed BEFORE UPDATE OF id, department, month, document, run_id, districts, filters, layout, content_sha256, counts, people, excess_fen, known_at, proposed_at, proposed_by, proposed_account ON referral_packs FOR EACH ROW EXECUTE FUNCTION referral_packs_fixed();

CREATE OR REPLACE FUNCTION referral_lines_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (0 = 1) THEN RAISE EXCEPTION 'referral_lines keeps what was told'; END IF; RETURN NEW; END $$;

CREATE TRIGGER referral_lines_fixed BEFORE UPDATE OF id, person, certno_masked, name_masked, category, insutype, insu_admdvs, town, pack_id, position, case_id, news, kind, rule, measure, burden_fen, benchmark_fen, benchmark_year, multiple, threshold_fen, excess_fen, band, crossed_on, provisional, alert_state, alert_reason, covered ON referral_lines FOR EACH ROW EXECUTE FUNCTION referral_lines_fixed();

CREATE OR REPLACE FUNCTION pack_people_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (0 = 1) THEN RAISE EXCEPTION 'pack_people keeps what was told'; END IF; RETURN NEW; END $$;

CREATE TRIGGER pack_people_fixed BEFORE UPDATE OF id, person, certno_masked, name_masked, category, insutype, insu_admdvs, town, pack_id, position, since, until, in_register ON pack_people FOR EACH ROW EXECUTE FUNCTION pack_people_fixed();

CREATE OR REPLACE FUNCTION referral_acts_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (0 = 1) THEN RAISE EXCEPTION 'referral_acts keeps what was told'; END IF; RETURN NEW; END $$;

CREATE TRIGGER referral_acts_fixed BEFORE UPDATE OF id, pack_id, at, actor, account, to_state, content_sha256 ON referral_acts FOR EACH ROW EXECUTE FUNCTION referral_acts_fixed();

CREATE OR REPLACE FUNCTION referral_files_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (0 = 1) THEN RAISE EXCEPTION 'referral_files keeps what was told'; END IF; RETURN NEW; END $$;

CREATE TRIGGER referral_files_fixed BEFORE UPDATE OF id, pack_id, name, rows, sha256, at, actor, account ON referral_files FOR EACH ROW EXECUTE FUNCTION referral_files_fixed();

CREATE OR REPLACE FUNCTION referral_contents_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (0 = 1) THEN RAISE EXCEPTION 'referral_contents keeps what was told'; END IF; RETURN NEW; END $$;

CREATE TRIGGER referral_contents_fixed BEFORE UPDATE OF file_id ON referral_contents FOR EACH ROW EXECUTE FUNCTION referral_contents_fixed();

CREATE OR REPLACE FUNCTION referral_packs_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (0 = 1) THEN RAISE EXCEPTION 'referral_packs keeps what was told'; END IF; RETURN OLD; END $$;

CREATE TRIGGER referral_packs_kept BEFORE DELETE ON referral_packs FOR EACH ROW EXECUTE FUNCTION referral_packs_kept();

CREATE OR REPLACE FUNCTION referral_lines_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (0 = 1) THEN RAISE EXCEPTION 'referral_lines keeps what was told'; END IF; RETURN OLD; END $$;

CREATE TRIGGER referral_lines_kept BEFORE DELETE ON referral_lines FOR EACH ROW EXECUTE FUNCTION referral_lines_kept();

CREATE OR REPLACE FUNCTION pack_people_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (0 = 1) THEN RAISE EXCEPTION 'pack_people keeps what was told'; END IF; RETURN OLD; END $$;

CREATE TRIGGER pack_people_kept BEFORE DELETE ON pack_people FOR EACH ROW EXECUTE FUNCTION pack_people_kept();

CREATE OR REPLACE FUNCTION referral_acts_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (0 = 1) THEN RAISE EXCEPTION 'referral_acts keeps what was told'; END IF; RETURN OLD; END $$;

CREATE TRIGGER referral_acts_kept BEFORE DELETE ON referral_acts FOR EACH ROW EXECUTE FUNCTION referral_acts_kept();

CREATE OR REPLACE FUNCTION referral_files_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (0 = 1) THEN RAISE EXCEPTION 'referral_files keeps what was told'; END IF; RETURN OLD; END $$;

CREATE TRIGGER referral_files_kept BEFORE DELETE ON referral_files FOR EACH ROW EXECUTE FUNCTION referral_files_kept();

CREATE OR REPLACE FUNCTION referral_contents_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (0 = 1) THEN RAISE EXCEPTION 'referral_contents keeps what was told'; END IF; RETURN OLD; END $$;

CREATE TRIGGER referral_contents_kept BEFORE DELETE ON referral_contents FOR EACH ROW EXECUTE FUNCTION referral_contents_kept();

CREATE OR REPLACE FUNCTION referral_packs_first() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (NEW.state = 'proposed' AND NEW.serial IS NULL AND NEW.sent_at IS NULL) THEN RAISE EXCEPTION 'a pack begins as proposed'; END IF; RETURN NEW; END $$;

CREATE TRIGGER referral_packs_first BEFORE INSERT ON referral_packs FOR EACH ROW EXECUTE FUNCTION referral_packs_first();

CREATE OR REPLACE FUNCTION referral_packs_steps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT ((OLD.state = NEW.state OR (OLD.state = 'proposed' AND NEW.state IN ('approved', 'refused')) OR (OLD.state = 'approved' AND NEW.state IN ('sent', 'refused')) OR (OLD.state = 'sent' AND NEW.state IN ('received', 'recalled'))) AND (OLD.serial IS NULL OR (OLD.serial = NEW.serial AND OLD.year = NEW.year)) AND (OLD.sent_at IS NULL OR OLD.sent_at = NEW.sent_at)) THEN RAISE EXCEPTION 'a pack goes one way'; END IF; RETURN NEW; END $$;

CREATE TRIGGER referral_packs_steps BEFORE UPDATE ON referral_packs FOR EACH ROW EXECUTE FUNCTION referral_packs_steps();

CREATE OR REPLACE FUNCTION referral_packs_eyes() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (NEW.state <> 'approved' OR OLD.state = 'approved' OR EXISTS (SELECT 1 FROM referral_acts a WHERE a.pack_id = NEW.id AND a.to_state = 'approved' AND a.account IS NOT NULL AND NEW.proposed_account IS NOT NULL AND a.account <> NEW.proposed_account AND a.content_sha256 = NEW.content_sha256)) THEN RAISE EXCEPTION 'a second person approves what he has seen'; END IF; RETURN NEW; END $$;

CREATE TRIGGER referral_packs_eyes BEFORE UPDATE OF state ON referral_packs FOR EACH ROW EXECUTE FUNCTION referral_packs_eyes();

CREATE OR REPLACE FUNCTION referral_lines_open() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (EXISTS (SELECT 1 FROM referral_packs p WHERE p.id = NEW.pack_id AND p.state = 'proposed')) THEN RAISE EXCEPTION 'lines come with the proposal'; END IF; RETURN NEW; END $$;

CREATE TRIGGER referral_lines_open BEFORE INSERT ON referral_lines FOR EACH ROW EXECUTE FUNCTION referral_lines_open();

CREATE OR REPLACE FUNCTION pack_people_open() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NOT (EXISTS (SELECT 1 FROM referral_packs p WHERE p.id = NEW.pack_id AND p.state = 'proposed')) THEN RAISE EXCEPTION 'lines come with the proposal'; END IF; RETURN NEW; END $$;

CREATE TRIGGER pack_people_open BEFORE INSERT ON pack_people FOR EACH ROW EXECUTE FUNCTION pack_people_open();

CREATE TRIGGER referral_packs_whole BEFORE TRUNCATE ON referral_packs FOR EACH STATEMENT EXECUTE FUNCTION referral_packs_kept();

CREATE TRIGGER referral_lines_whole BEFORE TRUNCATE ON referral_lines FOR EACH STATEMENT EXECUTE FUNCTION referral_lines_kept();

CREATE TRIGGER pack_people_whole BEFORE TRUNCATE ON pack_people FOR EACH STATEMENT EXECUTE FUNCTION pack_people_kept();

CREATE TRIGGER referral_acts_whole BEFORE TRUNCATE ON referral_acts FOR EACH STATEMENT EXECUTE FUNCTION referral_acts_kept();

CREATE TRIGGER referral_files_whole BEFORE TRUNCATE ON referral_files FOR EACH STATEMENT EXECUTE FUNCTION referral_files_kept();

CREATE TRIGGER referral_contents_whole BEFORE TRUNCATE ON referral_contents FOR EACH STATEMENT EXECUTE FUNCTION referral_contents_kept();

CREATE TABLE reply_lines (
    id SERIAL NOT NULL,
    reply_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    certno_sealed BYTEA,
    name_sealed BYTEA,
    certno_masked VARCHAR(24) NOT NULL,
    name_masked VARCHAR(64) NOT NULL,
    person VARCHAR(32),
    insu_admdvs VARCHAR(6) NOT NULL,
    town VARCHAR(64) NOT NULL,
    match VARCHAR(16) NOT NULL,
    why VARCHAR(32) NOT NULL,
    case_id INTEGER,
    referral_line_id INTEGER,
    answer VARCHAR(16) NOT NULL,
    answer_reason VARCHAR(32) NOT NULL,
    category VARCHAR(32) NOT NULL,
    effective_on DATE,
    relief_kind VARCHAR(32) NOT NULL,
    relief_fen BIGINT,
    relief_on DATE,
    relief_as VARCHAR(16) DEFAULT '' NOT NULL,
    relief_at VARCHAR(32),
    relief_by VARCHAR(64),
    remark_sealed BYTEA,
    settled_at VARCHAR(32),
    settled_by VARCHAR(64),
    settled_as VARCHAR(16) NOT NULL,
    version INTEGER NOT NULL,
    CONSTRAINT pk_reply_lines PRIMARY KEY (id),
    CONSTRAINT fk_reply_lines_reply_id FOREIGN KEY(reply_id) REFERENCES replies (id),
    CONSTRAINT fk_reply_lines_case_id FOREIGN KEY(case_id) REFERENCES cases (id),
    CONSTRAINT fk_reply_lines_referral_line_id FOREIGN KEY(referral_line_id) REFERENCES referral_lines (id)
);

CREATE INDEX ix_reply_lines_case_id ON reply_lines (case_id);

CREATE INDEX ix_reply_lines_match_settled_at ON reply_lines (match, settled_at);

CREATE INDEX ix_reply_lines_reply_id_line ON reply_lines (reply_id, line);

COMMENT ON TABLE reply_lines IS 'the lines of replies, each with what became of it';

COMMENT ON COLUMN reply_lines.line IS 'in the file';

COMMENT ON COLUMN reply_lines.person IS 'key of the number; empty where the line has none';

COMMENT ON COLUMN reply_lines.insu_admdvs IS 'of the person it was matched with, or empty: for scope';

COMMENT ON COLUMN reply_lines.match IS 'vocabulary.ReplyMatch';

COMMENT ON COLUMN reply_lines.why IS 'what is in the way or why only they have it; coded, or empty';

COMMENT ON COLUMN reply_lines.answer IS 'vocabulary.CaseState, or empty';

COMMENT ON COLUMN reply_lines.category IS 'recognised as, or empty';

COMMENT ON COLUMN reply_lines.effective_on IS 'first day the identity is in force';

COMMENT ON COLUMN reply_lines.relief_as IS 'vocabulary.ReliefProposal; empty: it says of none';

COMMENT ON COLUMN reply_lines.relief_at IS 'when somebody took the relief over, or dropped it';

COMMENT ON COLUMN reply_lines.remark_sealed IS 'in somebody''s own words';

COMMENT ON COLUMN reply_lines.settled_at IS 'when somebody decided what to do with a conflict or a late one';

COMMENT ON COLUMN reply_lines.settled_as IS 'applied or dropped, or empty';
