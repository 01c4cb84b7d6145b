"""What a round brings, stored once each, in one transaction with how the round ended.

So a round costs one commit, one look at the clocks and one signature over them, however little it
brought; and nothing is ever taken for heard that was not stored.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from calmreply.app import facts
from calmreply.app.cases import turns
from calmreply.app.home import BUSINESS_NAME, Home
from calmreply.app.ledger import Ledger, MentionsHeard, write_together, writing
from calmreply.app.listening import once
from calmreply.app.listening.asked import Asked, check
from calmreply.app.ports import FeedEntry, storable
from calmreply.app.ports.storage import (
    Arrival,
    Arrived,
    ReadTransaction,
    Source,
    Takes,
    WriteTransaction,
)
from calmreply.domain import above
from calmreply.domain.mention import Heard, Origin, SourceId, Stars, around, is_older
from calmreply.domain.names import Name, listened, names_us

T = TypeVar("T")

BATCH = 500
NAMES = "names"


def store(
    home: Home,
    one: Asked,
    heard: Sequence[Heard],
    end: Callable[[Ledger, Sequence[Arrived]], T],
    still: Callable[[WriteTransaction, Asked], None] = check,
) -> T:
    """Store mentions, oldest first, in batches; each batch is one transaction and one journal line.

    `end` keeps how the round went, in the transaction of the last batch. Returns what it does.
    Raises what `still` does: no batch is stored of a round that is of no use any more.
    """
    source, wall = one.source.id, one.now
    first_round = one.source.state.heard_at is None
    heard = sorted(heard, key=lambda each: each.published or wall)
    last = max(0, len(heard) - 1) // BATCH * BATCH
    arrived: list[Arrived] = []
    for start in range(0, last, BATCH):
        with writing(home) as ledger:
            still(ledger.tx, one)
            batch = heard[start : start + BATCH]
            arrived += _store(ledger, source, batch, wall, first_round=first_round)

    def the_rest(ledger: Ledger) -> T:
        still(ledger.tx, one)
        rest = _store(ledger, source, heard[last:], wall, first_round=first_round)
        return end(ledger, (*arrived, *rest))

    return write_together(home, the_rest, len(heard) - last)


def store_entries(
    home: Home, source: Source, entries: Sequence[FeedEntry], wall: datetime
) -> tuple[Arrived, ...]:
    """Store a feed's entries and nothing else of its round, see `store`."""
    come = wanted(home, source, [heard(source, entry) for entry in entries])
    one = Asked(source, wall, wall)
    return store(home, one, come, lambda _ledger, arrived: tuple(arrived), lambda _tx, _one: None)


def heard(source: Source, entry: FeedEntry) -> Heard:
    """A feed's entry as a mention."""
    stars = None
    if entry.stars is not None and 0 <= entry.stars[0] <= entry.stars[1] and entry.stars[1] > 0:
        stars = Stars(*entry.stars)
    return Heard(
        key=entry.key,
        author=entry.author,
        text=entry.text or entry.title,
        origin=Origin.FEED,
        title=entry.title,
        url=entry.link,
        site=source.title,
        stars=stars,
        published=entry.published,
        language=entry.language,
    )


def listened_names(setting: str | None, business: str | None) -> tuple[Name, ...]:
    """The names we listen for: the business's own, and the setting's lines.

    A competitor's is among them but names nobody of ours: a source that takes only what names us
    brings nothing about competitors. One made from a competitor's ready search takes everything,
    which is how a source begins.
    """
    return listened(setting or "", business or "")


def wanted(home: Home, source: Source, heard: Sequence[Heard]) -> Sequence[Heard]:
    """All; or where a source takes only that, what names us and what answers us without a name."""
    if source.takes is Takes.ALL:
        return heard
    with home.store.read() as tx:
        names, awaited = listened_in(tx), turns.awaited(tx, heard)
    named = (names_us(f"{above.own(one.title)}\n{one.text}", names) for one in heard)
    return [one for one, us in zip(heard, named, strict=True) if us or one.key in awaited]


def listened_in(tx: ReadTransaction) -> tuple[Name, ...]:
    """As `listened_names`, of what is kept."""
    return listened_names(tx.setting(NAMES), tx.setting(BUSINESS_NAME))


def _store(
    ledger: Ledger, source: SourceId, batch: Sequence[Heard], wall: datetime, *, first_round: bool
) -> tuple[Arrived, ...]:
    arrived: list[Arrived] = []
    for part in turns.in_parts(batch):
        arrived += _store_part(ledger, source, part, wall, first_round=first_round)
    return tuple(arrived)


def note(
    ledger: Ledger,
    source: str,
    rules_line: int,
    batch: Sequence[Heard],
    arrived: Sequence[Arrived],
    *,
    by_program: bool = True,
) -> None:
    """The line that says what came in, if anything new did."""
    news = [pair for pair in zip(batch, arrived, strict=True) if pair[1].arrival in _NEWS]
    if not news:
        return
    fact = MentionsHeard(
        source,
        rules_line,
        tuple((str(one.mention), str(one.case or ""), one.digest) for _heard, one in news),
        ledger.reading,
        tuple(_around(ledger, heard, one) for heard, one in news),
    )
    ledger.record(fact, by_program=by_program)


_NEWS = (Arrival.NEW, Arrival.CHANGED)


def _around(ledger: Ledger, heard: Heard, one: Arrived) -> str:
    """Of what has changed, the row knows more than what was heard this time."""
    if one.arrival is Arrival.NEW:
        return around(storable.heard(heard))
    return around(ledger.tx.mention(one.mention))


def _store_part(
    ledger: Ledger, source: SourceId, batch: Sequence[Heard], wall: datetime, *, first_round: bool
) -> tuple[Arrived, ...]:
    older = [first_round and is_older(one.published, wall) for one in batch]
    rules_line, _rules = facts.rules_in_force(ledger.tx)
    names = listened_in(ledger.tx) if any(one.answers for one in batch) else ()
    decided = once.decide(ledger, source, batch, wall, older, names=names)
    arrived = ledger.tx.add_mentions(
        source,
        batch,
        wall,
        older=older,
        rules_line=rules_line,
        joins=decided.joins,
        marks=decided.marks,
    )
    note(ledger, str(source), rules_line, batch, arrived)
    turns.begin(ledger, decided.turns, arrived)
    return arrived
