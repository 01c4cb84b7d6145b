"""What SQLite enforces beyond the tables: the laws of the journal, and the words to search by.

The laws hold for whoever writes to the file, our own code included.

Words: an FTS5 index beside the mentions, which hold the text itself. `detail=none` makes it a
third of the size and forbids phrases, so a search is split into single words first, by the same
tokenizer (`typed`, a table of each connection's own). The prefix lists answer the last word,
which is always half typed.
"""
# The statements are put together from constants of ours alone:
# ruff: noqa: S608

from __future__ import annotations

from sqlalchemy import Connection

from calmreply.adapters.storage.tables import METADATA, STANDS_TOUCHED, STANDS_UNTOUCHED
from calmreply.domain.journal import START

APPLICATION_ID = 0x43616C6D
"""The letters "Calm": how `file` and others tell our data from anybody's."""

SIGNER_WROTE = "who wrote a reply does not sign it"
"""Nor a wording of the plan; who signs one alone, after a night, names no revision."""
OUT_OF_ORDER = "a line goes on from the head of the journal"

_TOKENIZER = "unicode61 remove_diacritics 2"
_HASH_BYTES = 8 << 20

LAWS = (
    f"""CREATE TRIGGER journal_in_order BEFORE INSERT ON journal
WHEN NEW.number IS NOT 1 + coalesce((SELECT max(number) FROM journal), 0)
OR NEW.before IS NOT coalesce((SELECT hash FROM journal ORDER BY number DESC LIMIT 1), '{START}')
BEGIN SELECT RAISE(ABORT, '{OUT_OF_ORDER}'); END""",
    f"""CREATE TRIGGER journal_signer_wrote_nothing BEFORE INSERT ON journal
WHEN NEW.kind = 'signed_off' AND EXISTS (
SELECT 1 FROM journal AS wrote
WHERE wrote.kind = 'revised' AND wrote.subject = NEW.subject AND wrote.actor = NEW.actor)
BEGIN SELECT RAISE(ABORT, '{SIGNER_WROTE}'); END""",
    f"""CREATE TRIGGER journal_plan_signer_wrote_nothing BEFORE INSERT ON journal
WHEN NEW.kind = 'wording_signed' AND NEW.subject <> '' AND EXISTS (
SELECT 1 FROM journal AS wrote
WHERE wrote.kind = 'wording_revised' AND wrote.subject = NEW.subject AND wrote.actor = NEW.actor)
BEGIN SELECT RAISE(ABORT, '{SIGNER_WROTE}'); END""",
    f"""CREATE TRIGGER journal_touches_its_case AFTER INSERT ON journal
WHEN NEW.case_id IS NOT NULL
BEGIN UPDATE mentions SET standing = {STANDS_TOUCHED}
WHERE case_id = NEW.case_id AND standing = {STANDS_UNTOUCHED}; END""",
    """CREATE TRIGGER journal_never_changes BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal never changes'); END""",
    """CREATE TRIGGER journal_never_shrinks BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal never shrinks'); END""",
    """CREATE TRIGGER payloads_belong_to_the_newest_line BEFORE INSERT ON payloads
WHEN NEW.number IS NOT (SELECT max(number) FROM journal)
OR EXISTS (SELECT 1 FROM payloads WHERE number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'a payload is written with its line'); END""",
    """CREATE TRIGGER payloads_are_only_erased BEFORE UPDATE ON payloads
WHEN NEW.number IS NOT OLD.number OR NEW.salt IS NOT NULL OR NEW.body IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a payload can only be erased'); END""",
    """CREATE TRIGGER payloads_never_go BEFORE DELETE ON payloads
BEGIN SELECT RAISE(ABORT, 'a payload can only be erased'); END""",
    # Or its number would be given again, and lines of the journal would mean another one.
    """CREATE TRIGGER mentions_never_go BEFORE DELETE ON mentions
BEGIN SELECT RAISE(ABORT, 'a mention never goes'); END""",
)

WORDS = (
    f"""CREATE VIRTUAL TABLE words USING fts5(author, title, text, site,
content='mentions', content_rowid='id', columnsize=0, detail=none,
prefix='1 2 3 4 5', tokenize='{_TOKENIZER}')""",
    # One flush, and so fewer merges, for a whole imported feed.
    f"INSERT INTO words(words, rank) VALUES('hashsize', {_HASH_BYTES})",
)

TYPED = (
    f"CREATE VIRTUAL TABLE temp.typed USING fts5(words, tokenize='{_TOKENIZER}')",
    "CREATE VIRTUAL TABLE temp.typed_words USING fts5vocab('temp', 'typed', 'instance')",
)
"""For each connection: what somebody types, in words as the index sees them."""


def create(connection: Connection, revision: str) -> None:
    """Everything of the newest schema, in the transaction of `connection`."""
    METADATA.create_all(connection, checkfirst=False)
    for statement in (*LAWS, *WORDS):
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (revision,))
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version = {int(revision)}")
