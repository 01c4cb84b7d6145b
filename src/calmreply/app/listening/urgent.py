"""What is urgent: where one of the words stands that the business is told of at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from calmreply.app.ports.storage import TEXT_CUT, InboxRow, ReadTransaction
from calmreply.app.rules.settings import URGENT_WORDS
from calmreply.domain import above
from calmreply.domain.matching import folded, stands_in
from calmreply.domain.mention import MentionId


def words(tx: ReadTransaction) -> tuple[str, ...]:
    """The urgent words, as `holds` wants them."""
    # Asked with each page of the list: to look it up among all settings would be most of the cost.
    stored = tx.setting("urgent_words")
    lines = (URGENT_WORDS if stored is None else stored).splitlines()
    return tuple(filter(None, map(folded, lines)))


def holds(urgent_words: Iterable[str], title: str, text: str) -> bool:
    whole = folded(f"{above.own(title)}\n{text}")
    return any(word in whole and stands_in(whole, word) for word in urgent_words)


def among(tx: ReadTransaction, rows: Sequence[InboxRow]) -> frozenset[MentionId]:
    """Those that hold an urgent word as they stand now; for the few rows somebody looks at.

    Of a long text so much is looked through as `ReadTransaction.texts` gives.
    """
    wanted = words(tx)
    if not wanted:
        return frozenset()
    whole = tx.texts([row.mention for row in rows if len(row.text) >= TEXT_CUT])
    texts = ((row, whole.get(row.mention, row.text)) for row in rows)
    return frozenset(row.mention for row, text in texts if holds(wanted, row.title, text))
