"""What PostgreSQL enforces beyond the tables, for whoever writes: laws, and who may do what.

The triggers run as the owner, so that they see and lock what the working role may not. Whoever
writes a fact, or moves an entry of the outbox, locks the row of its case first: no revision slips
in between the gate's answer and the claim, even if somebody writes past our own lock. The server
notes by its own clock when each line came (`recorded`), beside the signed time of the writer; and
that one it takes from nobody who is not with its clock: no wait is made shorter by a fact that says
it is older.

A forged signature is not seen here: the sending program and `journal verify` check those.
"""
# The statements are put together from constants of ours alone, and a checked name of a role:
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from calmreply.adapters.storage.postgres import leaving, words
from calmreply.adapters.storage.postgres.schema import SCHEMA
from calmreply.adapters.storage.tables import METADATA, STANDS_TOUCHED, STANDS_UNTOUCHED
from calmreply.domain.journal import START
from calmreply.domain.moment import SERVER, TOGETHER

NO_CASE = "journal_has_its_case"
SIGNER_WROTE = "journal_signer_wrote_nothing"
OTHER_TIME = "payloads_say_the_time"

LATE_SECONDS = 120
"""A fact may be written so long after the look at the clock that it carries."""
_AT = r'"at":\{"boot":"([^"]*)","ticks":([-+0-9.eE]+),'
"""The moment of a fact, in the canonical form of its payload."""

_RECORDED = "ALTER TABLE journal ADD COLUMN recorded timestamptz NOT NULL"


def _breaks(law: str, words_: str) -> str:
    said = f"RAISE EXCEPTION USING MESSAGE = '{words_}', CONSTRAINT = '{law}'"
    return f"{said}, ERRCODE = 'integrity_constraint_violation';"


def _function(name: str, body: str, declared: str = "") -> str:
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
        f" SET search_path = {SCHEMA}, pg_temp AS $law$ {declared} BEGIN {body} END $law$"
    )


_LEAVING = {
    leaving.NOT_CHOSEN: _breaks(leaving.NOT_CHOSEN, "only what was chosen leaves, as it is"),
    leaving.NOT_SIGNED: _breaks(leaving.NOT_SIGNED, "nothing leaves that must be signed off first"),
    leaving.TOO_EARLY: _breaks(leaving.TOO_EARLY, "nothing leaves before its wait is over"),
    leaving.NOT_TRIED: _breaks(leaving.NOT_TRIED, "only what was claimed has left"),
}

_FUNCTIONS = (
    _function(
        "journal_line",
        f"""
IF NEW.case_id IS NOT NULL THEN
    PERFORM 1 FROM cases WHERE id = NEW.case_id FOR UPDATE;
    IF NOT FOUND THEN {_breaks(NO_CASE, "a line is about a case that is there")} END IF;
END IF;
SELECT number, hash INTO head FROM journal ORDER BY number DESC LIMIT 1;
IF NEW.number IS DISTINCT FROM 1 + coalesce(head.number, 0)
OR NEW.before IS DISTINCT FROM coalesce(head.hash, '{START}') THEN
    {_breaks("journal_in_order", "a line goes on from the head of the journal")}
END IF;
IF NEW.kind = 'signed_off' AND EXISTS (
    SELECT 1 FROM journal AS wrote
    WHERE wrote.kind = 'revised' AND wrote.subject = NEW.subject AND wrote.actor = NEW.actor
) THEN {_breaks(SIGNER_WROTE, "who wrote a reply does not sign it")} END IF;
IF NEW.kind = 'wording_signed' AND NEW.subject <> '' AND EXISTS (
    SELECT 1 FROM journal AS wrote
    WHERE wrote.kind = 'wording_revised' AND wrote.subject = NEW.subject
    AND wrote.actor = NEW.actor
) THEN {_breaks(SIGNER_WROTE, "who wrote a wording does not sign it")} END IF;
IF NEW.kind = 'attempt_began' AND NOT EXISTS (
    SELECT 1 FROM journal AS chose
    WHERE chose.kind = 'send_chosen' AND chose.case_id = NEW.case_id
) THEN {_breaks("journal_sends_what_was_chosen", "nothing leaves that nobody chose")} END IF;
NEW.recorded := clock_timestamp();
RETURN NEW;""",
        "DECLARE head record;",
    ),
    _function(
        "journal_touches_its_case",
        f"""
UPDATE mentions SET standing = {STANDS_TOUCHED}
WHERE case_id = NEW.case_id AND standing = {STANDS_UNTOUCHED};
RETURN NULL;""",
    ),
    _function(
        "payload_line",
        f"""
IF NEW.number IS DISTINCT FROM (SELECT max(number) FROM journal) THEN
    {_breaks("payloads_belong_to_the_newest_line", "a payload is written with its line")}
END IF;
IF NEW.body IS NOT NULL AND encode(sha256(NEW.salt || NEW.body), 'hex') IS DISTINCT FROM
    (SELECT payload_hash FROM journal WHERE number = NEW.number) THEN
    {_breaks("payloads_are_what_their_line_says", "a payload is what its line says")}
END IF;
RETURN NEW;""",
    ),
    # Whoever founds, upgrades or moves a home, its owner, brings lines with the times they have.
    # Within a text of the payload a quote has a backslash before it, so this finds no text.
    _function(
        "payload_time",
        f"""
IF pg_has_role(session_user, current_user, 'MEMBER') THEN RETURN NEW; END IF;
FOR said IN SELECT regexp_matches(encode(NEW.body, 'escape'), '{_AT}', 'g') LOOP
    ahead := said[2]::float8 - extract(epoch FROM clock_timestamp());
    IF said[1] <> '{SERVER}' OR ahead > {TOGETHER} OR ahead < -{LATE_SECONDS} THEN
        {_breaks(OTHER_TIME, "a fact is of this moment, by the clock of the server")}
    END IF;
END LOOP;
RETURN NEW;""",
        "DECLARE said text[]; ahead float8;",
    ),
    _function(
        "payload_erased",
        f"""
IF NEW.number IS DISTINCT FROM OLD.number OR NEW.salt IS NOT NULL OR NEW.body IS NOT NULL THEN
    {_breaks("payloads_are_only_erased", "a payload can only be erased")}
END IF;
RETURN NEW;""",
    ),
    _function(
        "outbox_entry",
        """
PERFORM 1 FROM cases WHERE id = NEW.case_id FOR UPDATE;
IF TG_OP = 'UPDATE' AND (
    (NEW.number, NEW.entry, NEW.case_id, NEW.reply)
    IS DISTINCT FROM (OLD.number, OLD.entry, OLD.case_id, OLD.reply)
    OR NEW.attempts < OLD.attempts
) THEN RAISE EXCEPTION 'an entry stays what it is, and what was tried was tried'; END IF;
RETURN NEW;""",
    ),
    leaving.SAID,
    leaving.MOMENT,
    _function("outbox_claim", *leaving.claim(_LEAVING)),
    _function("payload_ends", leaving.ending(_LEAVING)),
    _function("stays", "RAISE EXCEPTION 'this is never changed and never goes';"),
    # The only way in which the working role erases: a payload, and nothing beside it.
    f"""CREATE FUNCTION forget(line bigint) RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = {SCHEMA}, pg_temp
AS $law$ UPDATE payloads SET salt = NULL, body = NULL WHERE number = line $law$""",
)

TRIGGERS = {
    "journal_law": "BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION journal_line()",
    "journal_touches_its_case": """AFTER INSERT ON journal FOR EACH ROW
WHEN (NEW.case_id IS NOT NULL) EXECUTE FUNCTION journal_touches_its_case()""",
    "journal_stays": "BEFORE UPDATE OR DELETE OR TRUNCATE ON journal EXECUTE FUNCTION stays()",
    "payloads_law": "BEFORE INSERT ON payloads FOR EACH ROW EXECUTE FUNCTION payload_line()",
    OTHER_TIME: """BEFORE INSERT ON payloads FOR EACH ROW
EXECUTE FUNCTION payload_time()""",
    "payloads_are_only_erased": """BEFORE UPDATE ON payloads FOR EACH ROW
EXECUTE FUNCTION payload_erased()""",
    "payloads_stay": "BEFORE DELETE OR TRUNCATE ON payloads EXECUTE FUNCTION stays()",
    "cases_stay": "BEFORE UPDATE OR DELETE OR TRUNCATE ON cases EXECUTE FUNCTION stays()",
    "mentions_stay": "BEFORE DELETE OR TRUNCATE ON mentions EXECUTE FUNCTION stays()",
    "outbox_law": """BEFORE INSERT OR UPDATE ON outbox FOR EACH ROW
EXECUTE FUNCTION outbox_entry()""",
    "outbox_claims_law": """BEFORE INSERT OR UPDATE ON outbox FOR EACH ROW
EXECUTE FUNCTION outbox_claim()""",
    "payloads_end_what_began": """BEFORE INSERT ON payloads FOR EACH ROW
EXECUTE FUNCTION payload_ends()""",
    "outbox_stays": "BEFORE DELETE OR TRUNCATE ON outbox EXECUTE FUNCTION stays()",
}
"""Each law of a table, by its name."""

MAY = {
    "journal": "SELECT, INSERT",
    "payloads": "SELECT, INSERT",
    "cases": "SELECT, INSERT",
    "versions": "SELECT, INSERT",
    "mentions": "SELECT, INSERT, UPDATE",
    "sources": "SELECT, INSERT, UPDATE",
    "outbox": "SELECT, INSERT, UPDATE",
    "sealed_keys": "SELECT, INSERT, UPDATE",
    "words": "SELECT, INSERT, UPDATE",
    "marks": "SELECT, INSERT, DELETE",
    "drafts": "SELECT, INSERT, UPDATE, DELETE",
    "boots": "SELECT, INSERT, UPDATE, DELETE",
    "settings": "SELECT, INSERT, UPDATE, DELETE",
    "accounts": "SELECT, INSERT, UPDATE, DELETE",
    "alembic_version": "SELECT",
}
"""What the working role may do with each table."""


def create(connection: Connection) -> None:
    """All laws, after the tables, as the owner."""
    for statement in (_RECORDED, *words.TABLE):
        connection.exec_driver_sql(statement)
    _lay(connection)


def lay_anew(connection: Connection) -> None:
    """The laws of this program in the place of an earlier one's, as the owner."""
    triggers = (
        "SELECT format('DROP TRIGGER %%I ON %%s', tgname, tgrelid::regclass) FROM pg_trigger"
        " WHERE NOT tgisinternal AND tgrelid IN"
        f" (SELECT oid FROM pg_class WHERE relnamespace = '{SCHEMA}'::regnamespace)"
    )
    functions = (
        "SELECT format('DROP FUNCTION %%s', oid::regprocedure) FROM pg_proc"
        f" WHERE pronamespace = '{SCHEMA}'::regnamespace"
    )
    for asked in (triggers, functions):
        for statement in connection.exec_driver_sql(asked).scalars().all():
            connection.exec_driver_sql(statement.replace("%", "%%"))
    _lay(connection)


def _lay(connection: Connection) -> None:
    for statement in (*_FUNCTIONS, *_triggers()):
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {SCHEMA} FROM PUBLIC")


def owns(connection: Connection) -> bool:
    """Whether the role of this connection owns the home."""
    asked = (
        "SELECT pg_has_role(session_user, nspowner, 'MEMBER') FROM pg_namespace"
        f" WHERE nspname = '{SCHEMA}'"
    )
    return connection.exec_driver_sql(asked).scalar() is True


def workers(connection: Connection) -> tuple[str, ...]:
    """The roles that were let in, beside the owner."""
    found = connection.exec_driver_sql(
        "SELECT DISTINCT pg_get_userbyid(one.grantee) FROM pg_namespace,"
        f" aclexplode(nspacl) AS one WHERE nspname = '{SCHEMA}' AND one.grantee <> nspowner"
        " AND one.grantee <> 0"
    )
    return tuple(sorted(found.scalars()))


def let_work(connection: Connection, role: str) -> None:
    """Let a role do what the program needs, and nothing else."""
    name = connection.dialect.identifier_preparer.quote_identifier(role)
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {SCHEMA} TO {name}")
    connection.exec_driver_sql(f"REVOKE ALL ON ALL TABLES IN SCHEMA {SCHEMA} FROM {name}")
    for table, deeds in MAY.items():
        connection.exec_driver_sql(f"GRANT {deeds} ON {table} TO {name}")
    connection.exec_driver_sql(f"GRANT EXECUTE ON FUNCTION forget(bigint) TO {name}")


def missing(connection: Connection) -> tuple[str, ...]:
    """Names of laws that somebody took away or switched off."""
    found = connection.exec_driver_sql(
        "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A') AND NOT tgisinternal"
        f" AND tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = '{SCHEMA}'::regnamespace)"
    )
    return tuple(sorted({*TRIGGERS} - {*found.scalars()}))


def overreach(connection: Connection) -> tuple[str, ...]:
    """What the role of this connection may do and should not, as `DELETE journal`."""
    asked = [
        (deed, table)
        for table in sorted({one.name for one in METADATA.tables.values()} | {"words"})
        for deed in ("INSERT", "UPDATE", "DELETE", "TRUNCATE")
        if deed not in MAY[table]
    ]
    each = ", ".join(f"('{deed}', '{table}')" for deed, table in asked)
    found = connection.exec_driver_sql(
        f"SELECT deed || ' ' || place FROM (VALUES {each}) AS asked (deed, place)"
        f" WHERE has_table_privilege('{SCHEMA}.' || place, deed)"
    )
    return tuple(found.scalars())


def _triggers() -> Iterator[str]:
    for name, when in TRIGGERS.items():
        yield f"CREATE TRIGGER {name} {when}"
