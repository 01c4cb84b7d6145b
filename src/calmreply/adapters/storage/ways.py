"""What each database does in its own way, as far as the statements above it must know.

Everything else is SQLAlchemy Core in `reading`, `writing`, `hearing`, `stories`, `answering`, the
same for every database. Expressions that one database spells otherwise stand below: each
package (`sqlite`, `postgres`) says in its `spelling` how.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum, auto
from typing import Any, Protocol

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Table,
    Text,
    bindparam,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.functions import FunctionElement


class Refusal(Enum):
    """Which law of the journal a line broke."""

    NO_CASE = auto()
    SIGNER_WROTE = auto()
    OUT_OF_ORDER = auto()


class Ways(Protocol):
    """One database's own ways. Each runs within the transaction of the connection it is given."""

    def insert(
        self, connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]
    ) -> None:
        """Many rows with the same columns, as fast as this database takes them."""
        ...

    def index(self, connection: Connection, mentions: Sequence[Mapping[str, object]]) -> None:
        """Make new mentions searchable, by their columns."""
        ...

    def reindex(self, connection: Connection, before: Row[Any], now: Mapping[str, object]) -> None:
        """A mention as it was, and the columns that changed: found by its new words only."""
        ...

    def search(self, connection: Connection, typed: str, limit: int | None) -> str:
        """The numbers of the mentions that hold all words typed, newest first, with spaces
        between; see `app.ports.storage.ReadTransaction.search`.
        """
        ...

    def touched(self, connection: Connection) -> Iterable[tuple[str, str, int]]:
        """Cases with facts, oldest first: id, the kind of the last line that `tables.ENDING` fits
        or "", and how many mentions.
        """
        ...

    def erase(self, connection: Connection, number: int) -> None:
        """Take payload and salt out of one line of the journal, for good."""
        ...

    def refusal(self, connection: Connection, error: IntegrityError, case: int | None) -> Refusal:
        """Why a line of the journal about this case was refused."""
        ...


class Among(FunctionElement[bool]):
    """Whether a column holds one of the values given as one JSON text, the parameter `some`.

    As one text: a list of parameters would be spelt out and prepared anew for every length of it.
    It has no type on purpose: SQLAlchemy would ask SQLite whether a boolean is 1, and no index
    answers that.
    """

    name = "among"
    inherit_cache = True


class AmongNumbers(Among):
    name = "among_numbers"
    inherit_cache = True


class AmongWords(Among):
    name = "among_words"
    inherit_cache = True


class Together(FunctionElement[str]):
    """Ids as one text with spaces between, in the order of the rows beneath.

    No other thread waits while the database puts it together; row by row, a hundred thousand of
    them would take a turn of the interpreter each, and the window's words would stand in line.
    """

    name = "together"
    inherit_cache = True
    type = Text()


def together(ids: ColumnElement[int]) -> ColumnElement[str]:
    return Together(ids)


def among(values: ColumnElement[Any]) -> ColumnElement[bool]:
    """The condition that a column of numbers or of texts holds one of `some`."""
    numbers = isinstance(values.type, Integer)
    kind = AmongNumbers if numbers else AmongWords
    return kind(values, bindparam("some", type_=Text))
