-- The first schema. Frozen: what changes later is a migration of its own.
-- SQLite's own words, since no PostgreSQL database is older than this.

CREATE TABLE cases (
    id INTEGER NOT NULL,
    rules_line INTEGER NOT NULL,
    CONSTRAINT pk_cases PRIMARY KEY (id)
) STRICT;

CREATE TABLE sources (
    id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    title TEXT NOT NULL,
    takes TEXT NOT NULL,
    allow_private INTEGER NOT NULL,
    removed INTEGER NOT NULL,
    mentions INTEGER NOT NULL,
    etag TEXT,
    last_modified TEXT,
    next_at INTEGER,
    polled_at INTEGER,
    heard_at INTEGER,
    failures INTEGER NOT NULL,
    trouble TEXT NOT NULL,
    words TEXT NOT NULL,
    way_out TEXT NOT NULL,
    asked_to_wait INTEGER NOT NULL,
    CONSTRAINT pk_sources PRIMARY KEY (id),
    CONSTRAINT ck_sources_allow_private CHECK (allow_private IN (0, 1)),
    CONSTRAINT ck_sources_removed CHECK (removed IN (0, 1)),
    CONSTRAINT ck_sources_asked_to_wait CHECK (asked_to_wait IN (0, 1)),
    CONSTRAINT ck_sources_takes CHECK (takes IN ('all', 'named'))
) STRICT;

CREATE UNIQUE INDEX sources_address ON sources (address)
WHERE removed = 0;

CREATE TABLE boots (
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    began INTEGER NOT NULL,
    last REAL NOT NULL,
    stepped INTEGER NOT NULL,
    confirmed INTEGER,
    CONSTRAINT pk_boots PRIMARY KEY (position),
    CONSTRAINT ck_boots_stepped CHECK (stepped IN (0, 1))
) STRICT;

CREATE TABLE settings (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    CONSTRAINT pk_settings PRIMARY KEY (name)
) STRICT;

CREATE TABLE accounts (
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    settings TEXT NOT NULL,
    CONSTRAINT pk_accounts PRIMARY KEY (id)
) STRICT;

CREATE TABLE sealed_keys (
    person TEXT NOT NULL,
    version INTEGER NOT NULL,
    public BLOB NOT NULL,
    sealed BLOB NOT NULL,
    recovery BLOB NOT NULL,
    CONSTRAINT pk_sealed_keys PRIMARY KEY (person, version)
) STRICT;

CREATE TABLE journal (
    number INTEGER NOT NULL,
    "before" TEXT NOT NULL,
    kind TEXT NOT NULL,
    case_id INTEGER,
    subject TEXT NOT NULL,
    actor TEXT NOT NULL,
    at TEXT NOT NULL,
    payload_hash TEXT NOT NULL,
    key_id TEXT NOT NULL,
    signature BLOB NOT NULL,
    hash TEXT NOT NULL,
    CONSTRAINT pk_journal PRIMARY KEY (number),
    CONSTRAINT fk_journal_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
) STRICT;

CREATE INDEX journal_by_case ON journal (case_id, number);

CREATE INDEX journal_by_kind ON journal (kind, number);

CREATE INDEX journal_endings ON journal (case_id, number, kind)
WHERE kind IN ('set_aside', 'reopened', 'case_closed', 'debriefed', 'debrief_dated');

CREATE INDEX journal_writers ON journal (subject, actor)
WHERE kind = 'revised';

CREATE TABLE mentions (
    id INTEGER NOT NULL,
    case_id INTEGER,
    source_id INTEGER,
    "key" TEXT NOT NULL,
    origin TEXT NOT NULL,
    standing INTEGER NOT NULL,
    sort_at INTEGER NOT NULL,
    published INTEGER,
    heard INTEGER NOT NULL,
    version INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    digest BLOB NOT NULL,
    visibility TEXT NOT NULL,
    stars REAL,
    scale REAL,
    url TEXT,
    site TEXT NOT NULL,
    contact TEXT NOT NULL,
    promise TEXT,
    promise_due INTEGER,
    author TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    CONSTRAINT pk_mentions PRIMARY KEY (id),
    CONSTRAINT ck_mentions_origin CHECK (origin IN ('feed', 'paste', 'phone', 'letter', 'counter')),
    CONSTRAINT ck_mentions_visibility CHECK (visibility IN ('public', 'private')),
    CONSTRAINT ck_mentions_rating CHECK ((stars IS NULL) = (scale IS NULL)),
    CONSTRAINT ck_mentions_standing CHECK (standing IN (0, 1, 2)),
    CONSTRAINT ck_mentions_older_has_no_case CHECK ((standing = 0) = (case_id IS NULL)),
    CONSTRAINT fk_mentions_case_id FOREIGN KEY(case_id) REFERENCES cases (id),
    CONSTRAINT fk_mentions_source_id FOREIGN KEY(source_id) REFERENCES sources (id)
) STRICT;

CREATE INDEX mentions_by_case ON mentions (case_id, sort_at);

CREATE INDEX mentions_newest ON mentions (sort_at, id);

CREATE INDEX mentions_older ON mentions (sort_at, id)
WHERE standing = 0;

CREATE INDEX mentions_touched ON mentions (case_id)
WHERE standing = 2;

CREATE INDEX mentions_untouched ON mentions (sort_at, id)
WHERE standing = 1;

CREATE UNIQUE INDEX mentions_identity ON mentions (coalesce(source_id, 0), "key");

CREATE TABLE drafts (
    number INTEGER NOT NULL,
    case_id INTEGER NOT NULL,
    writer TEXT NOT NULL,
    reply TEXT,
    text TEXT NOT NULL,
    subject TEXT NOT NULL,
    wall INTEGER NOT NULL,
    boot TEXT NOT NULL,
    ticks REAL NOT NULL,
    CONSTRAINT pk_drafts PRIMARY KEY (number),
    CONSTRAINT fk_drafts_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
) STRICT;

CREATE UNIQUE INDEX drafts_one_each ON drafts (case_id, writer);

CREATE TABLE outbox (
    number INTEGER NOT NULL,
    entry TEXT NOT NULL,
    case_id INTEGER NOT NULL,
    reply TEXT NOT NULL,
    place TEXT NOT NULL,
    holding INTEGER NOT NULL,
    live INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    CONSTRAINT pk_outbox PRIMARY KEY (number),
    CONSTRAINT ck_outbox_holding CHECK (holding IN (0, 1)),
    CONSTRAINT ck_outbox_live CHECK (live IN (0, 1)),
    CONSTRAINT ck_outbox_attempts CHECK (attempts >= 0),
    CONSTRAINT fk_outbox_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
) STRICT;

CREATE UNIQUE INDEX outbox_entry ON outbox (entry);

CREATE UNIQUE INDEX outbox_one_holding_per_place ON outbox (place)
WHERE live = 1 AND holding = 1;

CREATE UNIQUE INDEX outbox_one_per_reply ON outbox (reply)
WHERE live = 1;

CREATE TABLE payloads (
    number INTEGER NOT NULL,
    salt BLOB,
    body BLOB,
    CONSTRAINT pk_payloads PRIMARY KEY (number),
    CONSTRAINT ck_payloads_erased_together CHECK ((salt IS NULL) = (body IS NULL)),
    CONSTRAINT fk_payloads_number FOREIGN KEY(number) REFERENCES journal (number)
) STRICT;

CREATE TABLE versions (
    mention_id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    visibility TEXT NOT NULL,
    stars REAL,
    scale REAL,
    author TEXT NOT NULL,
    text TEXT NOT NULL,
    CONSTRAINT pk_versions PRIMARY KEY (mention_id, version),
    CONSTRAINT ck_versions_visibility CHECK (visibility IN ('public', 'private')),
    CONSTRAINT fk_versions_mention_id FOREIGN KEY(mention_id) REFERENCES mentions (id)
) STRICT;

CREATE TRIGGER journal_in_order BEFORE INSERT ON journal
WHEN NEW.number IS NOT 1 + coalesce((SELECT max(number) FROM journal), 0)
OR NEW.before IS NOT coalesce((SELECT hash FROM journal ORDER BY number DESC LIMIT 1), '0000000000000000000000000000000000000000000000000000000000000000')
BEGIN SELECT RAISE(ABORT, 'a line goes on from the head of the journal'); END;

CREATE TRIGGER journal_signer_wrote_nothing BEFORE INSERT ON journal
WHEN NEW.kind = 'signed_off' AND EXISTS (
SELECT 1 FROM journal AS wrote
WHERE wrote.kind = 'revised' AND wrote.subject = NEW.subject AND wrote.actor = NEW.actor)
BEGIN SELECT RAISE(ABORT, 'who wrote a reply does not sign it'); END;

CREATE TRIGGER journal_touches_its_case AFTER INSERT ON journal
WHEN NEW.case_id IS NOT NULL
BEGIN UPDATE mentions SET standing = 2
WHERE case_id = NEW.case_id AND standing = 1; END;

CREATE TRIGGER journal_never_changes BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal never changes'); END;

CREATE TRIGGER journal_never_shrinks BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal never shrinks'); END;

CREATE TRIGGER payloads_belong_to_the_newest_line BEFORE INSERT ON payloads
WHEN NEW.number IS NOT (SELECT max(number) FROM journal)
OR EXISTS (SELECT 1 FROM payloads WHERE number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'a payload is written with its line'); END;

CREATE TRIGGER payloads_are_only_erased BEFORE UPDATE ON payloads
WHEN NEW.number IS NOT OLD.number OR NEW.salt IS NOT NULL OR NEW.body IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a payload can only be erased'); END;

CREATE TRIGGER payloads_never_go BEFORE DELETE ON payloads
BEGIN SELECT RAISE(ABORT, 'a payload can only be erased'); END;

CREATE TRIGGER mentions_never_go BEFORE DELETE ON mentions
BEGIN SELECT RAISE(ABORT, 'a mention never goes'); END;

CREATE VIRTUAL TABLE words USING fts5(author, title, text, site,
content='mentions', content_rowid='id', columnsize=0, detail=none,
prefix='1 2 3 4 5', tokenize='unicode61 remove_diacritics 2');

INSERT INTO words(words, rank) VALUES('hashsize', 8388608);

PRAGMA application_id = 1130458221;
