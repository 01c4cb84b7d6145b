-- The first home of a team, as its owner `keeper` founded it and let `shop` in: schema 6.
SET check_function_bodies = false;

CREATE SCHEMA calmreply;

ALTER SCHEMA calmreply OWNER TO keeper;

CREATE FUNCTION calmreply.forget(line bigint) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'calmreply', 'pg_temp'
    AS $$ UPDATE payloads SET salt = NULL, body = NULL WHERE number = line $$;

ALTER FUNCTION calmreply.forget(line bigint) OWNER TO keeper;

CREATE FUNCTION calmreply.journal_line() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'calmreply', 'pg_temp'
    AS $$ DECLARE head record; BEGIN 
IF NEW.case_id IS NOT NULL THEN
    PERFORM 1 FROM cases WHERE id = NEW.case_id FOR UPDATE;
    IF NOT FOUND THEN RAISE EXCEPTION USING MESSAGE = 'a line is about a case that is there', CONSTRAINT = 'journal_has_its_case', ERRCODE = 'integrity_constraint_violation'; END IF;
END IF;
SELECT number, hash INTO head FROM journal ORDER BY number DESC LIMIT 1;
IF NEW.number IS DISTINCT FROM 1 + coalesce(head.number, 0)
OR NEW.before IS DISTINCT FROM coalesce(head.hash, '0000000000000000000000000000000000000000000000000000000000000000') THEN
    RAISE EXCEPTION USING MESSAGE = 'a line goes on from the head of the journal', CONSTRAINT = 'journal_in_order', ERRCODE = 'integrity_constraint_violation';
END IF;
IF NEW.kind = 'signed_off' AND EXISTS (
    SELECT 1 FROM journal AS wrote
    WHERE wrote.kind = 'revised' AND wrote.subject = NEW.subject AND wrote.actor = NEW.actor
) THEN RAISE EXCEPTION USING MESSAGE = 'who wrote a reply does not sign it', CONSTRAINT = 'journal_signer_wrote_nothing', ERRCODE = 'integrity_constraint_violation'; END IF;
IF NEW.kind = 'attempt_began' AND NOT EXISTS (
    SELECT 1 FROM journal AS chose
    WHERE chose.kind = 'send_chosen' AND chose.case_id = NEW.case_id
) THEN RAISE EXCEPTION USING MESSAGE = 'nothing leaves that nobody chose', CONSTRAINT = 'journal_sends_what_was_chosen', ERRCODE = 'integrity_constraint_violation'; END IF;
NEW.recorded := clock_timestamp();
RETURN NEW; END $$;

ALTER FUNCTION calmreply.journal_line() OWNER TO keeper;

CREATE FUNCTION calmreply.journal_touches_its_case() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'calmreply', 'pg_temp'
    AS $$  BEGIN 
UPDATE mentions SET standing = 2
WHERE case_id = NEW.case_id AND standing = 1;
RETURN NULL; END $$;

ALTER FUNCTION calmreply.journal_touches_its_case() OWNER TO keeper;

CREATE FUNCTION calmreply.outbox_entry() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'calmreply', 'pg_temp'
    AS $$  BEGIN 
PERFORM 1 FROM cases WHERE id = NEW.case_id FOR UPDATE;
IF TG_OP = 'UPDATE' AND (
    (NEW.number, NEW.entry, NEW.case_id, NEW.reply)
    IS DISTINCT FROM (OLD.number, OLD.entry, OLD.case_id, OLD.reply)
    OR NEW.attempts < OLD.attempts
) THEN RAISE EXCEPTION 'an entry stays what it is, and what was tried was tried'; END IF;
RETURN NEW; END $$;

ALTER FUNCTION calmreply.outbox_entry() OWNER TO keeper;

CREATE FUNCTION calmreply.payload_erased() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'calmreply', 'pg_temp'
    AS $$  BEGIN 
IF NEW.number IS DISTINCT FROM OLD.number OR NEW.salt IS NOT NULL OR NEW.body IS NOT NULL THEN
    RAISE EXCEPTION USING MESSAGE = 'a payload can only be erased', CONSTRAINT = 'payloads_are_only_erased', ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW; END $$;

ALTER FUNCTION calmreply.payload_erased() OWNER TO keeper;

CREATE FUNCTION calmreply.payload_line() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'calmreply', 'pg_temp'
    AS $$  BEGIN 
IF NEW.number IS DISTINCT FROM (SELECT max(number) FROM journal) THEN
    RAISE EXCEPTION USING MESSAGE = 'a payload is written with its line', CONSTRAINT = 'payloads_belong_to_the_newest_line', ERRCODE = 'integrity_constraint_violation';
END IF;
IF NEW.body IS NOT NULL AND encode(sha256(NEW.salt || NEW.body), 'hex') IS DISTINCT FROM
    (SELECT payload_hash FROM journal WHERE number = NEW.number) THEN
    RAISE EXCEPTION USING MESSAGE = 'a payload is what its line says', CONSTRAINT = 'payloads_are_what_their_line_says', ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW; END $$;

ALTER FUNCTION calmreply.payload_line() OWNER TO keeper;

CREATE FUNCTION calmreply.stays() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'calmreply', 'pg_temp'
    AS $$  BEGIN RAISE EXCEPTION 'this is never changed and never goes'; END $$;

ALTER FUNCTION calmreply.stays() OWNER TO keeper;

CREATE TABLE calmreply.accounts (
    id text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    settings text NOT NULL COLLATE pg_catalog."C"
);

ALTER TABLE calmreply.accounts OWNER TO keeper;

CREATE TABLE calmreply.alembic_version (
    version_num character varying(32) NOT NULL
);

ALTER TABLE calmreply.alembic_version OWNER TO keeper;

CREATE TABLE calmreply.boots (
    "position" bigint NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    began bigint NOT NULL,
    met double precision NOT NULL,
    last double precision NOT NULL,
    stepped bigint NOT NULL,
    confirmed bigint,
    CONSTRAINT ck_boots_stepped CHECK ((stepped = ANY (ARRAY[(0)::bigint, (1)::bigint])))
);

ALTER TABLE calmreply.boots OWNER TO keeper;

CREATE TABLE calmreply.cases (
    id bigint NOT NULL,
    rules_line bigint NOT NULL
);

ALTER TABLE calmreply.cases OWNER TO keeper;

CREATE TABLE calmreply.drafts (
    number bigint NOT NULL,
    case_id bigint NOT NULL,
    writer text NOT NULL COLLATE pg_catalog."C",
    reply text COLLATE pg_catalog."C",
    text text NOT NULL COLLATE pg_catalog."C",
    subject text NOT NULL COLLATE pg_catalog."C",
    wall bigint NOT NULL,
    boot text NOT NULL COLLATE pg_catalog."C",
    ticks double precision NOT NULL
);

ALTER TABLE calmreply.drafts OWNER TO keeper;

CREATE TABLE calmreply.journal (
    number bigint NOT NULL,
    before text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    case_id bigint,
    subject text NOT NULL COLLATE pg_catalog."C",
    actor text NOT NULL COLLATE pg_catalog."C",
    at text NOT NULL COLLATE pg_catalog."C",
    payload_hash text NOT NULL COLLATE pg_catalog."C",
    key_id text NOT NULL COLLATE pg_catalog."C",
    signature bytea NOT NULL,
    hash text NOT NULL COLLATE pg_catalog."C",
    recorded timestamp with time zone NOT NULL
);

ALTER TABLE calmreply.journal OWNER TO keeper;

CREATE TABLE calmreply.marks (
    mark bigint NOT NULL,
    mention_id bigint NOT NULL,
    at bigint NOT NULL
);

ALTER TABLE calmreply.marks OWNER TO keeper;

CREATE TABLE calmreply.mentions (
    id bigint NOT NULL,
    case_id bigint,
    source_id bigint,
    key text NOT NULL COLLATE pg_catalog."C",
    origin text NOT NULL COLLATE pg_catalog."C",
    standing bigint NOT NULL,
    sort_at bigint NOT NULL,
    published bigint,
    heard bigint NOT NULL,
    version bigint NOT NULL,
    seen bigint NOT NULL,
    digest bytea NOT NULL,
    visibility text NOT NULL COLLATE pg_catalog."C",
    stars double precision,
    scale double precision,
    url text COLLATE pg_catalog."C",
    site text NOT NULL COLLATE pg_catalog."C",
    contact text NOT NULL COLLATE pg_catalog."C",
    promise text COLLATE pg_catalog."C",
    promise_due bigint,
    author text NOT NULL COLLATE pg_catalog."C",
    title text NOT NULL COLLATE pg_catalog."C",
    text text NOT NULL COLLATE pg_catalog."C",
    handle text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    language text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    place text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    gone bigint,
    target text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    thread text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    answers text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT ck_mentions_older_has_no_case CHECK (((standing = 0) = (case_id IS NULL))),
    CONSTRAINT ck_mentions_origin CHECK ((origin = ANY (ARRAY['feed'::text, 'paste'::text, 'phone'::text, 'letter'::text, 'counter'::text]))),
    CONSTRAINT ck_mentions_rating CHECK (((stars IS NULL) = (scale IS NULL))),
    CONSTRAINT ck_mentions_standing CHECK ((standing = ANY (ARRAY[(0)::bigint, (1)::bigint, (2)::bigint]))),
    CONSTRAINT ck_mentions_visibility CHECK ((visibility = ANY (ARRAY['public'::text, 'private'::text])))
);

ALTER TABLE calmreply.mentions OWNER TO keeper;

CREATE TABLE calmreply.outbox (
    number bigint NOT NULL,
    entry text NOT NULL COLLATE pg_catalog."C",
    case_id bigint NOT NULL,
    reply text NOT NULL COLLATE pg_catalog."C",
    place text NOT NULL COLLATE pg_catalog."C",
    holding bigint NOT NULL,
    live bigint NOT NULL,
    attempts bigint NOT NULL,
    reference text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    link text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT ck_outbox_attempts CHECK ((attempts >= 0)),
    CONSTRAINT ck_outbox_holding CHECK ((holding = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT ck_outbox_live CHECK ((live = ANY (ARRAY[(0)::bigint, (1)::bigint])))
);

ALTER TABLE calmreply.outbox OWNER TO keeper;

CREATE TABLE calmreply.payloads (
    number bigint NOT NULL,
    salt bytea,
    body bytea,
    CONSTRAINT ck_payloads_erased_together CHECK (((salt IS NULL) = (body IS NULL)))
);

ALTER TABLE calmreply.payloads OWNER TO keeper;

CREATE TABLE calmreply.sealed_keys (
    person text NOT NULL COLLATE pg_catalog."C",
    version bigint NOT NULL,
    public bytea NOT NULL,
    sealed bytea NOT NULL,
    recovery bytea NOT NULL
);

ALTER TABLE calmreply.sealed_keys OWNER TO keeper;

CREATE TABLE calmreply.settings (
    name text NOT NULL COLLATE pg_catalog."C",
    value text NOT NULL COLLATE pg_catalog."C"
);

ALTER TABLE calmreply.settings OWNER TO keeper;

CREATE TABLE calmreply.sources (
    id bigint NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    address text NOT NULL COLLATE pg_catalog."C",
    title text NOT NULL COLLATE pg_catalog."C",
    takes text NOT NULL COLLATE pg_catalog."C",
    allow_private bigint NOT NULL,
    removed bigint NOT NULL,
    mentions bigint NOT NULL,
    etag text COLLATE pg_catalog."C",
    last_modified text COLLATE pg_catalog."C",
    next_at bigint,
    polled_at bigint,
    heard_at bigint,
    failures bigint NOT NULL,
    trouble text NOT NULL COLLATE pg_catalog."C",
    words text NOT NULL COLLATE pg_catalog."C",
    way_out text NOT NULL COLLATE pg_catalog."C",
    asked_to_wait bigint NOT NULL,
    cursor text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    brought_at bigint,
    found text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT ck_sources_allow_private CHECK ((allow_private = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT ck_sources_asked_to_wait CHECK ((asked_to_wait = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT ck_sources_removed CHECK ((removed = ANY (ARRAY[(0)::bigint, (1)::bigint]))),
    CONSTRAINT ck_sources_takes CHECK ((takes = ANY (ARRAY['all'::text, 'named'::text])))
);

ALTER TABLE calmreply.sources OWNER TO keeper;

CREATE TABLE calmreply.versions (
    mention_id bigint NOT NULL,
    version bigint NOT NULL,
    seen bigint NOT NULL,
    visibility text NOT NULL COLLATE pg_catalog."C",
    stars double precision,
    scale double precision,
    author text NOT NULL COLLATE pg_catalog."C",
    text text NOT NULL COLLATE pg_catalog."C",
    CONSTRAINT ck_versions_visibility CHECK ((visibility = ANY (ARRAY['public'::text, 'private'::text])))
);

ALTER TABLE calmreply.versions OWNER TO keeper;

CREATE TABLE calmreply.words (
    mention_id bigint NOT NULL,
    words tsvector NOT NULL
);

ALTER TABLE calmreply.words OWNER TO keeper;

ALTER TABLE ONLY calmreply.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);

ALTER TABLE ONLY calmreply.accounts
    ADD CONSTRAINT pk_accounts PRIMARY KEY (id);

ALTER TABLE ONLY calmreply.boots
    ADD CONSTRAINT pk_boots PRIMARY KEY ("position");

ALTER TABLE ONLY calmreply.cases
    ADD CONSTRAINT pk_cases PRIMARY KEY (id);

ALTER TABLE ONLY calmreply.drafts
    ADD CONSTRAINT pk_drafts PRIMARY KEY (number);

ALTER TABLE ONLY calmreply.journal
    ADD CONSTRAINT pk_journal PRIMARY KEY (number);

ALTER TABLE ONLY calmreply.marks
    ADD CONSTRAINT pk_marks PRIMARY KEY (mark, mention_id);

ALTER TABLE ONLY calmreply.mentions
    ADD CONSTRAINT pk_mentions PRIMARY KEY (id);

ALTER TABLE ONLY calmreply.outbox
    ADD CONSTRAINT pk_outbox PRIMARY KEY (number);

ALTER TABLE ONLY calmreply.payloads
    ADD CONSTRAINT pk_payloads PRIMARY KEY (number);

ALTER TABLE ONLY calmreply.sealed_keys
    ADD CONSTRAINT pk_sealed_keys PRIMARY KEY (person, version);

ALTER TABLE ONLY calmreply.settings
    ADD CONSTRAINT pk_settings PRIMARY KEY (name);

ALTER TABLE ONLY calmreply.sources
    ADD CONSTRAINT pk_sources PRIMARY KEY (id);

ALTER TABLE ONLY calmreply.versions
    ADD CONSTRAINT pk_versions PRIMARY KEY (mention_id, version);

ALTER TABLE ONLY calmreply.words
    ADD CONSTRAINT words_pkey PRIMARY KEY (mention_id);

CREATE UNIQUE INDEX drafts_one_each ON calmreply.drafts USING btree (case_id, writer);

CREATE INDEX journal_by_case ON calmreply.journal USING btree (case_id, number);

CREATE INDEX journal_by_kind ON calmreply.journal USING btree (kind, number);

CREATE INDEX journal_endings ON calmreply.journal USING btree (case_id, number, kind) WHERE (kind = ANY (ARRAY['set_aside'::text, 'reopened'::text, 'case_closed'::text, 'debriefed'::text, 'debrief_dated'::text, 'they_answered'::text]));

CREATE INDEX journal_writers ON calmreply.journal USING btree (subject, actor) WHERE (kind = 'revised'::text);

CREATE INDEX marks_by_age ON calmreply.marks USING btree (at);

CREATE INDEX mentions_by_case ON calmreply.mentions USING btree (case_id, sort_at);

CREATE INDEX mentions_by_thread ON calmreply.mentions USING btree (thread, id) WHERE ((thread <> ''::text) AND (case_id IS NOT NULL));

CREATE UNIQUE INDEX mentions_identity ON calmreply.mentions USING btree (COALESCE(source_id, (0)::bigint), key);

CREATE INDEX mentions_newest ON calmreply.mentions USING btree (sort_at, id);

CREATE INDEX mentions_older ON calmreply.mentions USING btree (sort_at, id) WHERE (standing = 0);

CREATE INDEX mentions_touched ON calmreply.mentions USING btree (case_id) WHERE (standing = 2);

CREATE INDEX mentions_untouched ON calmreply.mentions USING btree (sort_at, id) WHERE (standing = 1);

CREATE UNIQUE INDEX outbox_entry ON calmreply.outbox USING btree (entry);

CREATE UNIQUE INDEX outbox_one_holding_per_place ON calmreply.outbox USING btree (place) WHERE ((live = 1) AND (holding = 1));

CREATE UNIQUE INDEX outbox_one_per_reply ON calmreply.outbox USING btree (reply) WHERE (live = 1);

CREATE UNIQUE INDEX sources_address ON calmreply.sources USING btree (address) WHERE (removed = 0);

CREATE INDEX words_found ON calmreply.words USING gin (words) WITH (gin_pending_list_limit='256');

CREATE TRIGGER cases_stay BEFORE DELETE OR UPDATE OR TRUNCATE ON calmreply.cases FOR EACH STATEMENT EXECUTE FUNCTION calmreply.stays();

CREATE TRIGGER journal_law BEFORE INSERT ON calmreply.journal FOR EACH ROW EXECUTE FUNCTION calmreply.journal_line();

CREATE TRIGGER journal_stays BEFORE DELETE OR UPDATE OR TRUNCATE ON calmreply.journal FOR EACH STATEMENT EXECUTE FUNCTION calmreply.stays();

CREATE TRIGGER journal_touches_its_case AFTER INSERT ON calmreply.journal FOR EACH ROW WHEN ((new.case_id IS NOT NULL)) EXECUTE FUNCTION calmreply.journal_touches_its_case();

CREATE TRIGGER mentions_stay BEFORE DELETE OR TRUNCATE ON calmreply.mentions FOR EACH STATEMENT EXECUTE FUNCTION calmreply.stays();

CREATE TRIGGER outbox_law BEFORE INSERT OR UPDATE ON calmreply.outbox FOR EACH ROW EXECUTE FUNCTION calmreply.outbox_entry();

CREATE TRIGGER outbox_stays BEFORE DELETE OR TRUNCATE ON calmreply.outbox FOR EACH STATEMENT EXECUTE FUNCTION calmreply.stays();

CREATE TRIGGER payloads_are_only_erased BEFORE UPDATE ON calmreply.payloads FOR EACH ROW EXECUTE FUNCTION calmreply.payload_erased();

CREATE TRIGGER payloads_law BEFORE INSERT ON calmreply.payloads FOR EACH ROW EXECUTE FUNCTION calmreply.payload_line();

CREATE TRIGGER payloads_stay BEFORE DELETE OR TRUNCATE ON calmreply.payloads FOR EACH STATEMENT EXECUTE FUNCTION calmreply.stays();

ALTER TABLE ONLY calmreply.drafts
    ADD CONSTRAINT fk_drafts_case_id FOREIGN KEY (case_id) REFERENCES calmreply.cases(id);

ALTER TABLE ONLY calmreply.journal
    ADD CONSTRAINT fk_journal_case_id FOREIGN KEY (case_id) REFERENCES calmreply.cases(id);

ALTER TABLE ONLY calmreply.marks
    ADD CONSTRAINT fk_marks_mention_id FOREIGN KEY (mention_id) REFERENCES calmreply.mentions(id);

ALTER TABLE ONLY calmreply.mentions
    ADD CONSTRAINT fk_mentions_case_id FOREIGN KEY (case_id) REFERENCES calmreply.cases(id);

ALTER TABLE ONLY calmreply.mentions
    ADD CONSTRAINT fk_mentions_source_id FOREIGN KEY (source_id) REFERENCES calmreply.sources(id);

ALTER TABLE ONLY calmreply.outbox
    ADD CONSTRAINT fk_outbox_case_id FOREIGN KEY (case_id) REFERENCES calmreply.cases(id);

ALTER TABLE ONLY calmreply.payloads
    ADD CONSTRAINT fk_payloads_number FOREIGN KEY (number) REFERENCES calmreply.journal(number);

ALTER TABLE ONLY calmreply.versions
    ADD CONSTRAINT fk_versions_mention_id FOREIGN KEY (mention_id) REFERENCES calmreply.mentions(id);

ALTER TABLE ONLY calmreply.words
    ADD CONSTRAINT words_mention_id_fkey FOREIGN KEY (mention_id) REFERENCES calmreply.mentions(id);

GRANT USAGE ON SCHEMA calmreply TO shop;

REVOKE ALL ON FUNCTION calmreply.forget(line bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION calmreply.forget(line bigint) TO shop;

REVOKE ALL ON FUNCTION calmreply.journal_line() FROM PUBLIC;

REVOKE ALL ON FUNCTION calmreply.journal_touches_its_case() FROM PUBLIC;

REVOKE ALL ON FUNCTION calmreply.outbox_entry() FROM PUBLIC;

REVOKE ALL ON FUNCTION calmreply.payload_erased() FROM PUBLIC;

REVOKE ALL ON FUNCTION calmreply.payload_line() FROM PUBLIC;

REVOKE ALL ON FUNCTION calmreply.stays() FROM PUBLIC;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE calmreply.accounts TO shop;

GRANT SELECT ON TABLE calmreply.alembic_version TO shop;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE calmreply.boots TO shop;

GRANT SELECT,INSERT ON TABLE calmreply.cases TO shop;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE calmreply.drafts TO shop;

GRANT SELECT,INSERT ON TABLE calmreply.journal TO shop;

GRANT SELECT,INSERT,DELETE ON TABLE calmreply.marks TO shop;

GRANT SELECT,INSERT,UPDATE ON TABLE calmreply.mentions TO shop;

GRANT SELECT,INSERT,UPDATE ON TABLE calmreply.outbox TO shop;

GRANT SELECT,INSERT ON TABLE calmreply.payloads TO shop;

GRANT SELECT,INSERT,UPDATE ON TABLE calmreply.sealed_keys TO shop;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE calmreply.settings TO shop;

GRANT SELECT,INSERT,UPDATE ON TABLE calmreply.sources TO shop;

GRANT SELECT,INSERT ON TABLE calmreply.versions TO shop;

GRANT SELECT,INSERT,UPDATE ON TABLE calmreply.words TO shop;

INSERT INTO calmreply.alembic_version VALUES ('0006');
