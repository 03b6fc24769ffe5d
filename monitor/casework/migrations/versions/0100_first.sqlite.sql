CREATE TABLE accounts (
    id INTEGER NOT NULL,
    name VARCHAR(32) NOT NULL,
    display VARCHAR(64) NOT NULL,
    password VARCHAR(255) NOT NULL,
    one_time BOOLEAN NOT NULL,
    password_at VARCHAR(32) NOT NULL,
    totp_sealed BLOB,
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

CREATE TABLE attempts (
    subject VARCHAR(80) NOT NULL,
    failures INTEGER NOT NULL,
    since VARCHAR(32) NOT NULL,
    last_at VARCHAR(32) NOT NULL,
    again_at VARCHAR(32),
    CONSTRAINT pk_attempts PRIMARY KEY (subject)
);

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

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;

CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;

CREATE TRIGGER audit_next BEFORE INSERT ON audit WHEN NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM audit) BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;

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

CREATE TABLE search_marks (
    mark VARCHAR(20) NOT NULL,
    person VARCHAR(32) NOT NULL,
    CONSTRAINT pk_search_marks PRIMARY KEY (mark, person)
)
 WITHOUT ROWID;

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

CREATE TABLE referral_packs (
    id INTEGER NOT NULL,
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

CREATE TABLE relief_decisions (
    id INTEGER NOT NULL,
    person VARCHAR(32) NOT NULL,
    decided_on DATE NOT NULL,
    certno_sealed BLOB,
    name_sealed BLOB,
    fen BIGINT NOT NULL,
    batch VARCHAR(64) NOT NULL,
    at VARCHAR(32) NOT NULL,
    CONSTRAINT pk_relief_decisions PRIMARY KEY (id),
    CONSTRAINT uq_relief_decisions_person UNIQUE (person, decided_on)
);

CREATE TABLE account_roles (
    account INTEGER NOT NULL,
    role VARCHAR(32) NOT NULL,
    CONSTRAINT pk_account_roles PRIMARY KEY (account, role),
    CONSTRAINT fk_account_roles_account FOREIGN KEY(account) REFERENCES accounts (id) ON DELETE CASCADE
);

CREATE TABLE account_scopes (
    account INTEGER NOT NULL,
    kind VARCHAR(16) NOT NULL,
    place VARCHAR(64) NOT NULL,
    CONSTRAINT pk_account_scopes PRIMARY KEY (account, kind, place),
    CONSTRAINT fk_account_scopes_account FOREIGN KEY(account) REFERENCES accounts (id) ON DELETE CASCADE
);

CREATE TABLE passwords_used (
    id INTEGER NOT NULL,
    account INTEGER NOT NULL,
    password VARCHAR(255) NOT NULL,
    CONSTRAINT pk_passwords_used PRIMARY KEY (id),
    CONSTRAINT fk_passwords_used_account FOREIGN KEY(account) REFERENCES accounts (id) ON DELETE CASCADE
);

CREATE INDEX ix_passwords_used_account ON passwords_used (account);

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

CREATE TABLE alerts (
    id INTEGER NOT NULL,
    run_id VARCHAR(32) NOT NULL,
    person VARCHAR(32) NOT NULL,
    certno_sealed BLOB,
    name_sealed BLOB,
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
    crossing_setl_id VARCHAR(64),
    state VARCHAR(16) NOT NULL,
    CONSTRAINT pk_alerts PRIMARY KEY (id),
    CONSTRAINT fk_alerts_run_id FOREIGN KEY(run_id) REFERENCES runs (run_id) ON DELETE CASCADE
);

CREATE INDEX ix_alerts_list ON alerts (run_id, excess_fen, state, kind, category, insu_admdvs, town, insutype, crossed_on, burden_fen);

CREATE INDEX ix_alerts_run_id_person ON alerts (run_id, person);

CREATE TABLE set_aside (
    id INTEGER NOT NULL,
    run_id VARCHAR(32) NOT NULL,
    person VARCHAR(32) NOT NULL,
    certno_sealed BLOB,
    name_sealed BLOB,
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
)
 WITHOUT ROWID;

CREATE TABLE distribution (
    run_id VARCHAR(32) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    percent INTEGER NOT NULL,
    people BIGINT NOT NULL,
    CONSTRAINT pk_distribution PRIMARY KEY (run_id, kind, percent),
    CONSTRAINT fk_distribution_run_id FOREIGN KEY(run_id) REFERENCES runs (run_id) ON DELETE CASCADE
);

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

CREATE TABLE shortfalls (
    id INTEGER NOT NULL,
    run_id VARCHAR(32) NOT NULL,
    person VARCHAR(32) NOT NULL,
    certno_sealed BLOB,
    name_sealed BLOB,
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

CREATE TABLE cases (
    id INTEGER NOT NULL,
    person VARCHAR(32) NOT NULL,
    certno_sealed BLOB,
    name_sealed BLOB,
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

CREATE TABLE pack_people (
    id INTEGER NOT NULL,
    person VARCHAR(32) NOT NULL,
    certno_sealed BLOB,
    name_sealed BLOB,
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

CREATE TABLE referral_acts (
    id INTEGER NOT NULL,
    pack_id INTEGER NOT NULL,
    at VARCHAR(32) NOT NULL,
    actor VARCHAR(64) NOT NULL,
    account INTEGER,
    to_state VARCHAR(16) NOT NULL,
    content_sha256 VARCHAR(64) NOT NULL,
    remark_sealed BLOB,
    CONSTRAINT pk_referral_acts PRIMARY KEY (id),
    CONSTRAINT fk_referral_acts_pack_id FOREIGN KEY(pack_id) REFERENCES referral_packs (id)
);

CREATE INDEX ix_referral_acts_pack_id ON referral_acts (pack_id);

CREATE TABLE referral_files (
    id INTEGER NOT NULL,
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

CREATE TABLE replies (
    id INTEGER NOT NULL,
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

CREATE TABLE case_events (
    id INTEGER NOT NULL,
    case_id INTEGER NOT NULL,
    at VARCHAR(32) NOT NULL,
    actor VARCHAR(64) NOT NULL,
    account INTEGER,
    act VARCHAR(16) NOT NULL,
    from_state VARCHAR(16) NOT NULL,
    to_state VARCHAR(16) NOT NULL,
    reason VARCHAR(32) NOT NULL,
    detail TEXT NOT NULL,
    remark_sealed BLOB,
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

CREATE TABLE referral_lines (
    id INTEGER NOT NULL,
    person VARCHAR(32) NOT NULL,
    certno_sealed BLOB,
    name_sealed BLOB,
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

CREATE TABLE referral_contents (
    file_id INTEGER NOT NULL,
    content_sealed BLOB NOT NULL,
    CONSTRAINT pk_referral_contents PRIMARY KEY (file_id),
    CONSTRAINT fk_referral_contents_file_id FOREIGN KEY(file_id) REFERENCES referral_files (id)
);

CREATE TRIGGER referral_packs_fixed BEFORE UPDATE OF id, department, month, document, run_id, districts, filters, layout, content_sha256, counts, people, excess_fen, known_at, proposed_at, proposed_by, proposed_account ON referral_packs WHEN NOT (0 = 1) BEGIN SELECT RAISE(ABORT, 'referral_packs keeps what was told'); END;

CREATE TRIGGER referral_lines_fixed BEFORE UPDATE OF id, person, certno_masked, name_masked, category, insutype, insu_admdvs, town, pack_id, position, case_id, news, kind, rule, measure, burden_fen, benchmark_fen, benchmark_year, multiple, threshold_fen, excess_fen, band, crossed_on, provisional, alert_state, alert_reason, covered ON referral_lines WHEN NOT (0 = 1) BEGIN SELECT RAISE(ABORT, 'referral_lines keeps what was told'); END;

CREATE TRIGGER pack_people_fixed BEFORE UPDATE OF id, person, certno_masked, name_masked, category, insutype, insu_admdvs, town, pack_id, position, since, until, in_register ON pack_people WHEN NOT (0 = 1) BEGIN SELECT RAISE(ABORT, 'pack_people keeps what was told'); END;

CREATE TRIGGER referral_acts_fixed BEFORE UPDATE OF id, pack_id, at, actor, account, to_state, content_sha256 ON referral_acts WHEN NOT (0 = 1) BEGIN SELECT RAISE(ABORT, 'referral_acts keeps what was told'); END;

CREATE TRIGGER referral_files_fixed BEFORE UPDATE OF id, pack_id, name, rows, sha256, at, actor, account ON referral_files WHEN NOT (0 = 1) BEGIN SELECT RAISE(ABORT, 'referral_files keeps what was told'); END;

CREATE TRIGGER referral_contents_fixed BEFORE UPDATE OF file_id ON referral_contents WHEN NOT (0 = 1) BEGIN SELECT RAISE(ABORT, 'referral_contents keeps what was told'); END;

CREATE TRIGGER referral_packs_kept BEFORE DELETE ON referral_packs WHEN NOT (0 = 1) BEGIN SELECT RAISE(ABORT, 'referral_packs keeps what was told'); END;

CREATE TRIGGER referral_lines_kept BEFORE DELETE ON referral_lines WHEN NOT (0 = 1) BEGIN SELECT RAISE(ABORT, 'referral_lines keeps what was told'); END;

CREATE TRIGGER pack_people_kept BEFORE DELETE ON pack_people WHEN NOT (0 = 1) BEGIN SELECT RAISE(ABORT, 'pack_people keeps what was told'); END;

CREATE TRIGGER referral_acts_kept BEFORE DELETE ON referral_acts WHEN NOT (0 = 1) BEGIN SELECT RAISE(ABORT, 'referral_acts keeps what was told'); END;

CREATE TRIGGER referral_files_kept BEFORE DELETE ON referral_files WHEN NOT (0 = 1) BEGIN SELECT RAISE(ABORT, 'referral_files keeps what was told'); END;

CREATE TRIGGER referral_contents_kept BEFORE DELETE ON referral_contents WHEN NOT (0 = 1) BEGIN SELECT RAISE(ABORT, 'referral_contents keeps what was told'); END;

CREATE TRIGGER referral_packs_first BEFORE INSERT ON referral_packs WHEN NOT (NEW.state = 'proposed' AND NEW.serial IS NULL AND NEW.sent_at IS NULL) BEGIN SELECT RAISE(ABORT, 'a pack begins as proposed'); END;

CREATE TRIGGER referral_packs_steps BEFORE UPDATE ON referral_packs WHEN NOT ((OLD.state = NEW.state OR (OLD.state = 'proposed' AND NEW.state IN ('approved', 'refused')) OR (OLD.state = 'approved' AND NEW.state IN ('sent', 'refused')) OR (OLD.state = 'sent' AND NEW.state IN ('received', 'recalled'))) AND (OLD.serial IS NULL OR (OLD.serial = NEW.serial AND OLD.year = NEW.year)) AND (OLD.sent_at IS NULL OR OLD.sent_at = NEW.sent_at)) BEGIN SELECT RAISE(ABORT, 'a pack goes one way'); END;

CREATE TRIGGER referral_packs_eyes BEFORE UPDATE OF state ON referral_packs WHEN NOT (NEW.state <> 'approved' OR OLD.state = 'approved' OR EXISTS (SELECT 1 FROM referral_acts a WHERE a.pack_id = NEW.id AND a.to_state = 'approved' AND a.account IS NOT NULL AND NEW.proposed_account IS NOT NULL AND a.account <> NEW.proposed_account AND a.content_sha256 = NEW.content_sha256)) BEGIN SELECT RAISE(ABORT, 'a second person approves what he has seen'); END;

CREATE TRIGGER referral_lines_open BEFORE INSERT ON referral_lines WHEN NOT (EXISTS (SELECT 1 FROM referral_packs p WHERE p.id = NEW.pack_id AND p.state = 'proposed')) BEGIN SELECT RAISE(ABORT, 'lines come with the proposal'); END;

CREATE TRIGGER pack_people_open BEFORE INSERT ON pack_people WHEN NOT (EXISTS (SELECT 1 FROM referral_packs p WHERE p.id = NEW.pack_id AND p.state = 'proposed')) BEGIN SELECT RAISE(ABORT, 'lines come with the proposal'); END;

CREATE TABLE reply_lines (
    id INTEGER NOT NULL,
    reply_id INTEGER NOT NULL,
    line INTEGER NOT NULL,
    certno_sealed BLOB,
    name_sealed BLOB,
    certno_masked VARCHAR(24) NOT NULL,
    name_masked VARCHAR(64) NOT NULL,
    person VARCHAR(32),
    insu_admdvs VARCHAR(6) NOT NULL,
    town VARCHAR(64) NOT NULL,
    "match" VARCHAR(16) NOT NULL,
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
    remark_sealed BLOB,
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

CREATE INDEX ix_reply_lines_match_settled_at ON reply_lines ("match", settled_at);

CREATE INDEX ix_reply_lines_reply_id_line ON reply_lines (reply_id, line);
