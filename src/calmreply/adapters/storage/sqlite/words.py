"""Search: what somebody types, as a question to the full-text index.

Every word has to be there, the last one as a beginning. What is typed is data all the way: the
index's own tokenizer splits it, and only what comes out of that is asked for, each word quoted.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, Connection, Row, column, select, text

from calmreply.adapters.storage.ways import together

MOST = 32
"""Words asked for at most; who pastes a page gets what holds its first words."""
_LONGEST = 10_000

_WORDS = ("id", "author", "title", "text", "site")
_ADD = "INSERT INTO words(rowid, author, title, text, site) VALUES (?, ?, ?, ?, ?)"
_TAKE_OUT = (
    "INSERT INTO words(words, rowid, author, title, text, site) VALUES ('delete', ?, ?, ?, ?, ?)"
)
_FOUND = text(
    "SELECT rowid AS id FROM words WHERE words MATCH :words ORDER BY rowid DESC LIMIT :most"
).columns(column("id", BigInteger))
_MATCHING = select(together(_FOUND.subquery().c.id))


def add(connection: Connection, mentions: Sequence[Mapping[str, object]]) -> None:
    """By their columns."""
    words = operator.itemgetter(*_WORDS)
    connection.exec_driver_sql(_ADD, [words(one) for one in mentions])


def take_out(connection: Connection, mention: Row[Any]) -> None:
    """By the very words that were added."""
    words = tuple(getattr(mention, name) for name in _WORDS)
    connection.exec_driver_sql(_TAKE_OUT, words)


def search(connection: Connection, typed: str, limit: int | None) -> str:
    """The numbers of the mentions that hold all words, newest first, with spaces between."""
    asked = _asked(connection, typed)
    if not asked:
        return ""
    every = " AND ".join(f'"{word}"' for word in asked) + "*"
    most = -1 if limit is None else limit
    return connection.execute(_MATCHING, {"words": every, "most": most}).scalar() or ""


def _asked(connection: Connection, typed: str) -> tuple[str, ...]:
    """The words in what was typed, as the index knows them, in order."""
    plain = typed[:_LONGEST].replace("\0", " ").encode("utf-8", "replace").decode()
    connection.exec_driver_sql("DELETE FROM temp.typed")
    connection.exec_driver_sql("INSERT INTO temp.typed(words) VALUES (?)", (plain,))
    found = connection.exec_driver_sql("SELECT term FROM temp.typed_words ORDER BY offset")
    return tuple(found.scalars())[:MOST]
