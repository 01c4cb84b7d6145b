"""The tables, as SQLAlchemy Core sees them; what else the database enforces is in `law`.

Times are whole microseconds since 1970 UTC, ids are whole numbers (outside: their decimal
digits), flags are 0 or 1. A mention's row holds it as it stands now; `versions` holds how it
stood before. `mentions.standing` and `sort_at` only repeat what follows from other columns, so
that an index can hold it: no stage of anything is stored.

What only one index holds (`sqlite_where`) is said for SQLite alone: to say it for another
database, SQLAlchemy imports that one's whole dialect, at every start of the window.
`postgres.schema` says it anew where PostgreSQL is used.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Any, TypeAlias

from sqlalchemy import (
    REAL,
    BigInteger,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.types import TypeEngine

from calmreply.app.ports.storage import ENDING_KINDS, Takes
from calmreply.domain.mention import Origin, Visibility

METADATA = MetaData(
    naming_convention={
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)

_Kind: TypeAlias = TypeEngine[Any] | type[TypeEngine[Any]]
_WHOLE: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")
_FRACTION: TypeEngine[float] = REAL().with_variant(Double(), "postgresql")


def _key(name: str = "id") -> Column[int]:
    return Column(name, _WHOLE, primary_key=True, autoincrement=False)


def _must(name: str, kind: _Kind = Text) -> Column[Any]:
    return Column(name, kind, nullable=False)


def _added(name: str) -> Column[Any]:
    """Text that an older row, from before there was this column, holds none of."""
    return Column(name, Text, nullable=False, server_default="")


def _may(name: str, kind: _Kind = Text) -> Column[Any]:
    return Column(name, kind, nullable=True)


def _flag(name: str) -> tuple[Column[int], CheckConstraint]:
    return Column(name, _WHOLE, nullable=False), CheckConstraint(f"{name} IN (0, 1)", name=name)


def _one_of(name: str, kinds: type[Enum]) -> CheckConstraint:
    return CheckConstraint(f"{name} IN ({quoted(kind.value for kind in kinds)})", name=name)


def quoted(words: Iterable[str]) -> str:
    """Words of our own as a list of SQL strings."""
    return ", ".join(f"'{word}'" for word in words)


JOURNAL = Table(
    "journal",
    METADATA,
    _key("number"),
    _must("before"),
    _must("kind"),
    Column("case_id", _WHOLE, ForeignKey("cases.id")),
    _must("subject"),
    _must("actor"),
    _must("at"),
    _must("payload_hash"),
    _must("key_id"),
    _must("signature", LargeBinary),
    _must("hash"),
    Index("journal_by_case", "case_id", "number"),
    Index("journal_by_kind", "kind", "number"),
    sqlite_strict=True,
)
ENDING = text(f"kind IN ({quoted(ENDING_KINDS)})")
WROTE = text("kind = 'revised'")
Index(
    "journal_endings",
    JOURNAL.c.case_id,
    JOURNAL.c.number,
    JOURNAL.c.kind,
    sqlite_where=ENDING,
)
Index(
    "journal_writers",
    JOURNAL.c.subject,
    JOURNAL.c.actor,
    sqlite_where=WROTE,
)

# Bytes, because a payload must come back bit by bit and no text column takes every text.
PAYLOADS = Table(
    "payloads",
    METADATA,
    Column("number", _WHOLE, ForeignKey("journal.number"), primary_key=True, autoincrement=False),
    _may("salt", LargeBinary),
    _may("body", LargeBinary),
    CheckConstraint("(salt IS NULL) = (body IS NULL)", name="erased_together"),
    sqlite_strict=True,
)

CASES = Table("cases", METADATA, _key(), _must("rules_line", _WHOLE), sqlite_strict=True)

MENTIONS = Table(
    "mentions",
    METADATA,
    _key(),
    Column("case_id", _WHOLE, ForeignKey("cases.id")),
    Column("source_id", _WHOLE, ForeignKey("sources.id")),
    _must("key"),
    _must("origin"),
    _must("standing", _WHOLE),
    _must("sort_at", _WHOLE),
    _may("published", _WHOLE),
    _must("heard", _WHOLE),
    _must("version", _WHOLE),
    _must("seen", _WHOLE),
    _must("digest", LargeBinary),
    _must("visibility"),
    _may("stars", _FRACTION),
    _may("scale", _FRACTION),
    _may("url"),
    _must("site"),
    _must("contact"),
    _may("promise"),
    _may("promise_due", _WHOLE),
    _must("author"),
    _must("title"),
    _must("text"),
    _added("handle"),
    _added("language"),
    _added("place"),
    _may("gone", _WHOLE),
    _added("target"),
    _added("thread"),
    _added("answers"),
    _one_of("origin", Origin),
    _one_of("visibility", Visibility),
    CheckConstraint("(stars IS NULL) = (scale IS NULL)", name="rating"),
    CheckConstraint("standing IN (0, 1, 2)", name="standing"),
    CheckConstraint("(standing = 0) = (case_id IS NULL)", name="older_has_no_case"),
    sqlite_strict=True,
)
# By hand is source null, and null equals nothing: hence the 0.
HAND = 0
source_or_hand = func.coalesce(MENTIONS.c.source_id, text(str(HAND)))
Index("mentions_identity", source_or_hand, MENTIONS.c.key, unique=True)
Index("mentions_newest", MENTIONS.c.sort_at, MENTIONS.c.id)
Index("mentions_by_case", MENTIONS.c.case_id, MENTIONS.c.sort_at)
IN_THREAD = text("thread <> '' AND case_id IS NOT NULL")
Index("mentions_by_thread", MENTIONS.c.thread, MENTIONS.c.id, sqlite_where=IN_THREAD)
# One column for it, so that each list has one index that fits it and no other.
STANDS_OLDER, STANDS_UNTOUCHED, STANDS_TOUCHED = 0, 1, 2
OLDER = text(f"standing = {STANDS_OLDER}")
UNTOUCHED = text(f"standing = {STANDS_UNTOUCHED}")
TOUCHED = text(f"standing = {STANDS_TOUCHED}")
Index(
    "mentions_untouched",
    MENTIONS.c.sort_at,
    MENTIONS.c.id,
    sqlite_where=UNTOUCHED,
)
Index(
    "mentions_older",
    MENTIONS.c.sort_at,
    MENTIONS.c.id,
    sqlite_where=OLDER,
)
Index("mentions_touched", MENTIONS.c.case_id, sqlite_where=TOUCHED)

VERSIONS = Table(
    "versions",
    METADATA,
    Column("mention_id", _WHOLE, ForeignKey("mentions.id"), primary_key=True, autoincrement=False),
    Column("version", _WHOLE, primary_key=True, autoincrement=False),
    _must("seen", _WHOLE),
    _must("visibility"),
    _may("stars", _FRACTION),
    _may("scale", _FRACTION),
    _must("author"),
    _must("text"),
    _one_of("visibility", Visibility),
    sqlite_strict=True,
)

SOURCES = Table(
    "sources",
    METADATA,
    _key(),
    _must("kind"),
    _must("address"),
    _must("title"),
    _must("takes"),
    *_flag("allow_private"),
    *_flag("removed"),
    _must("mentions", _WHOLE),
    _may("etag"),
    _may("last_modified"),
    _may("next_at", _WHOLE),
    _may("polled_at", _WHOLE),
    _may("heard_at", _WHOLE),
    _must("failures", _WHOLE),
    _must("trouble"),
    _must("words"),
    _must("way_out"),
    *_flag("asked_to_wait"),
    _added("cursor"),
    _may("brought_at", _WHOLE),
    _added("found"),
    _added("seen"),
    _one_of("takes", Takes),
    sqlite_strict=True,
)
LISTENED_TO = text("removed = 0")
Index(
    "sources_address",
    SOURCES.c.address,
    unique=True,
    sqlite_where=LISTENED_TO,
)

DRAFTS = Table(
    "drafts",
    METADATA,
    _key("number"),
    Column("case_id", _WHOLE, ForeignKey("cases.id"), nullable=False),
    _must("writer"),
    _may("reply"),
    _must("text"),
    _must("subject"),
    _must("wall", _WHOLE),
    _must("boot"),
    _must("ticks", _FRACTION),
    Index("drafts_one_each", "case_id", "writer", unique=True),
    sqlite_strict=True,
)

BOOTS = Table(
    "boots",
    METADATA,
    _key("position"),
    _must("id"),
    _must("began", _WHOLE),
    _must("met", _FRACTION),
    _must("last", _FRACTION),
    *_flag("stepped"),
    _may("confirmed", _WHOLE),
    sqlite_strict=True,
)

SETTINGS = Table(
    "settings",
    METADATA,
    Column("name", Text, primary_key=True),
    _must("value"),
    sqlite_strict=True,
)

ACCOUNTS = Table(
    "accounts",
    METADATA,
    Column("id", Text, primary_key=True),
    _must("kind"),
    _must("settings"),
    sqlite_strict=True,
)

SEALED_KEYS = Table(
    "sealed_keys",
    METADATA,
    Column("person", Text, primary_key=True),
    Column("version", _WHOLE, primary_key=True, autoincrement=False),
    _must("public", LargeBinary),
    _must("sealed", LargeBinary),
    _must("recovery", LargeBinary),
    sqlite_strict=True,
)

OUTBOX = Table(
    "outbox",
    METADATA,
    _key("number"),
    _must("entry"),
    Column("case_id", _WHOLE, ForeignKey("cases.id"), nullable=False),
    _must("reply"),
    _must("place"),
    *_flag("holding"),
    *_flag("live"),
    _must("attempts", _WHOLE),
    _added("reference"),
    _added("link"),
    CheckConstraint("attempts >= 0", name="attempts"),
    Index("outbox_entry", "entry", unique=True),
    sqlite_strict=True,
)
LIVE = text("live = 1")
LIVE_HOLDING = text("live = 1 AND holding = 1")
Index(
    "outbox_one_per_reply",
    OUTBOX.c.reply,
    unique=True,
    sqlite_where=LIVE,
)
Index(
    "outbox_one_holding_per_place",
    OUTBOX.c.place,
    unique=True,
    sqlite_where=LIVE_HOLDING,
)

# By what the same story is found again: of the mention that opened a case only, and not for ever.
MARKS = Table(
    "marks",
    METADATA,
    Column("mark", _WHOLE, primary_key=True, autoincrement=False),
    Column("mention_id", _WHOLE, ForeignKey("mentions.id"), primary_key=True, autoincrement=False),
    _must("at", _WHOLE),
    Index("marks_by_age", "at"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

# As alembic itself would make it, so that a new database need not import alembic.
ALEMBIC = Table(
    "alembic_version",
    METADATA,
    _must("version_num", String(32)),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
