"""What each database does in its own way, as far as the statements above it must know.

Everything else is SQLAlchemy Core in `reading`, `writing`, `hearing`, `stories`, `answering`, the
same for every database. Expressions that one database spells otherwise stand below: each
package (`sqlite`, `postgres`) says in its `spelling` how.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum, auto
from typing import Any, Protocol

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Table,
    Text,
    bindparam,
    column,
    select,
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
        between; see `app.storage.ReadTransaction.search`.
        """
        ...

    def erase(self, connection: Connection, number: int) -> None:
        """Take payload and salt out of one line of the journal, for good."""
        ...

    def refusal(self, connection: Connection, error: IntegrityError, case: int | None) -> Refusal:
        """Why a line of the journal about this case was refused."""
        ...


class GivenNumbers(FunctionElement[int]):
    """A list of whole numbers, given as one JSON text; a table with the column `value`."""

    name = "given_numbers"
    inherit_cache = True


class GivenWords(FunctionElement[str]):
    """A list of texts, given as one JSON text; a table with the column `value`."""

    name = "given_words"
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


# As one text: a list of parameters would be spelt out and prepared anew for every length of it.
_SOME = bindparam("some", type_=Text)
NUMBERS = select(GivenNumbers(_SOME).table_valued(column("value", BigInteger)).c.value)
WORDS = select(GivenWords(_SOME).table_valued(column("value", Text)).c.value)
"""What stands in the JSON text `some`, for use after IN."""
