"""Search: a table of word lists (tsvector) beside the mentions.

Every word has to be there, the last one as a beginning. The words are split here and not by the
server, whose dictionaries differ from one to the next: letters and digits, small, without their
accents. What is typed is data all the way: only letters and digits reach the question.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from sqlalchemy import BigInteger, Connection, bindparam, column, select, text

from calmreply.adapters.storage.ways import together

MOST = 32
"""Words asked for at most; who pastes a page gets what holds its first words."""
_LONGEST_TYPED = 10_000
_LONGEST_TEXT = 200_000
_LONGEST_WORD = 200
"""Characters: PostgreSQL takes no word of more than 2 KB, and no list of more than 1 MB."""

TABLE = (
    """CREATE TABLE words (
    mention_id bigint NOT NULL PRIMARY KEY REFERENCES mentions (id), words tsvector NOT NULL)""",
    # What was added last is looked through one by one until it is sorted in: never much of it.
    "CREATE INDEX words_found ON words USING gin (words) WITH (gin_pending_list_limit = 256)",
)

_PUT = text(
    "INSERT INTO words (mention_id, words) VALUES (:id, array_to_tsvector(CAST(:words AS text[])))"
    " ON CONFLICT (mention_id) DO UPDATE SET words = excluded.words"
)
_FOUND = text(
    "SELECT mention_id AS id FROM words WHERE words @@ CAST(:asked AS tsquery)"
    " ORDER BY mention_id DESC LIMIT :most"
).bindparams(bindparam("most", type_=BigInteger))
_MATCHING = select(together(_FOUND.columns(column("id", BigInteger)).subquery().c.id))
_WORD = re.compile(r"[^\W_]+")


def put(connection: Connection, mentions: Sequence[Mapping[str, object]]) -> None:
    """Make mentions found by what their columns say now, and by nothing else."""
    connection.execute(_PUT, [{"id": one["id"], "words": _of(one)} for one in mentions])


def search(connection: Connection, typed: str, limit: int | None) -> str:
    """The numbers of the mentions that hold all words, newest first, with spaces between."""
    words = _split(typed[:_LONGEST_TYPED])[:MOST]
    if not words:
        return ""
    asked = " & ".join(f"'{word}'" for word in words) + ":*"
    return connection.execute(_MATCHING, {"asked": asked, "most": limit}).scalar() or ""


def _of(mention: Mapping[str, object]) -> list[str]:
    said = (str(mention[name])[:_LONGEST_TEXT] for name in ("author", "title", "text", "site"))
    return sorted(set(_split(" ".join(said))))


def _split(words: str) -> list[str]:
    if not words.isascii():
        apart = unicodedata.normalize("NFD", words)
        words = "".join(one for one in apart if not unicodedata.combining(one))
    return [one[:_LONGEST_WORD] for one in _WORD.findall(words.lower())]
