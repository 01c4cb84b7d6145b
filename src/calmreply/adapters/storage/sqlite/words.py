"""Search: what somebody types, as a question to the full-text index.

Every word has to be there, the last one as a beginning. What is typed is data all the way: the
index's own tokenizer splits it, and only what comes out of that is asked for, each word quoted.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, ColumnElement, Connection, column, func, select, text

MOST = 32
"""Words asked for at most; who pastes a page gets what holds its first words."""
_LONGEST = 10_000

_FOUND = text(
    "SELECT rowid AS id FROM words WHERE words MATCH :words ORDER BY rowid DESC LIMIT :most"
).columns(column("id", BigInteger))


def together(ids: ColumnElement[int]) -> ColumnElement[str]:
    """Ids as one text, in the order of the rows beneath.

    No other thread waits while SQLite puts it together; row by row, a hundred thousand of them
    would take a turn of the interpreter each, and the window's words would stand in line.
    """
    return func.aggregate_strings(ids, " ")


MATCHING = select(together(_FOUND.subquery().c.id))
"""The numbers of the mentions that hold all words, newest first; see `matching`."""


def asked(connection: Connection, typed: str) -> tuple[str, ...]:
    """The words in what was typed, as the index knows them, in order."""
    plain = typed[:_LONGEST].replace("\0", " ").encode("utf-8", "replace").decode()
    connection.exec_driver_sql("DELETE FROM temp.typed")
    connection.exec_driver_sql("INSERT INTO temp.typed(words) VALUES (?)", (plain,))
    found = connection.exec_driver_sql("SELECT term FROM temp.typed_words ORDER BY offset")
    return tuple(found.scalars())[:MOST]


def matching(words: tuple[str, ...], limit: int | None) -> dict[str, object]:
    """What `MATCHING` is asked with, for words that came from `asked`."""
    every = " AND ".join(f'"{word}"' for word in words) + "*"
    return {"words": every, "most": -1 if limit is None else limit}
