"""What of a feed's entries is taken at this round, see `domain.flood`; and the words where a source
brings more than anybody can read.

A feed shows again what is left. A place that tells what is new since a cursor would not: it is not
asked at all for a while.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from calmreply.app.home import Home
from calmreply.app.listening.intake import listened_in
from calmreply.app.ports import storable
from calmreply.app.ports.storage import ReadTransaction, Source, Takes
from calmreply.app.teamwork import own_files
from calmreply.domain import above, flood
from calmreply.domain.flood import Brought, Coming, Known, Left
from calmreply.domain.mention import Heard
from calmreply.domain.names import names_us
from calmreply.errors import KnownError
from calmreply.i18n import _, ngettext

FLOODS = "brings_too_much"


def within(
    home: Home, source: Source, heard: Sequence[Heard], wall: datetime, *, whole: bool = True
) -> tuple[Sequence[Heard], Left]:
    """What is taken of what a feed shows, in its order, and what is left for later rounds.

    A first round takes all; one of a feed that never comes `whole` is a first one only once.
    """
    first = source.state.heard_at is None and (whole or not source.mentions)
    if first or not heard:
        return heard, Left()
    with home.store.read() as tx:
        known = tx.kept(source.id, [one.key for one in heard])
        news = [place for place, one in enumerate(heard) if _is_news(one, known.get(one.key))]
        # Where so few are there in all, no bound can be reached, and nothing is counted.
        few = source.mentions + len(news) <= min(flood.MOST_NEW, flood.MOST_CHANGED)
        before = Brought() if few else tx.brought(source.id, wall - flood.DAY, wall)
        ours = frozenset[int]() if few else _naming_us(tx, heard, news)
    coming = [
        Coming(known.get(heard[place].key), heard[place].published, place in ours) for place in news
    ]
    alone, left = flood.left_alone(coming, before, wall)
    if not left:
        return heard, left
    later = {news[one] for one in alone}
    return [one for place, one in enumerate(heard) if place not in later], left


def resting(home: Home, source: Source, wall: datetime) -> KnownError | None:
    """Why a place is not asked now: it has brought more within a day than anybody can read."""
    if source.mentions < flood.MOST_AT_A_PLACE or own_files.lies_in_a_file(home, source):
        return None
    with home.store.read() as tx:
        before = tx.brought(source.id, wall - flood.DAY, wall)
    if not before.is_enough(named=source.takes is Takes.NAMED):
        return None
    count = before.new + before.changed
    words = ngettext(
        "This source brings more than anybody can read: {n} mention within a day.",
        "This source brings more than anybody can read: {n} mentions within a day.",
        count,
    ).format(n=f"{count:,}")
    later = _("It is asked again when a day has passed.")
    return KnownError(FLOODS, f"{words} {later}", _way_out())


def too_much(left: Left) -> KnownError:
    """What is told of a source that floods."""
    if left.changed > left.new:
        words = ngettext(
            "This source brings more than anybody can read: {n} changed entry at one look.",
            "This source brings more than anybody can read: {n} changed entries at one look.",
            left.of_changed,
        ).format(n=f"{left.of_changed:,}")
    else:
        words = ngettext(
            "This source brings more than anybody can read: {n} new entry at one look.",
            "This source brings more than anybody can read: {n} new entries at one look.",
            left.of_new,
        ).format(n=f"{left.of_new:,}")
    return KnownError(
        FLOODS,
        f"{words} {_('Only a part of them is taken each day.')}",
        _way_out(),
    )


def _way_out() -> str:
    return _("Listen only for what names you, or stop listening.")


def _is_news(one: Heard, known: Known | None) -> bool:
    return known is None or known.digest != storable.heard(one).digest


def _naming_us(tx: ReadTransaction, heard: Sequence[Heard], news: Sequence[int]) -> frozenset[int]:
    names = listened_in(tx)
    said = ((place, heard[place]) for place in news)
    return frozenset(
        place for place, one in said if names_us(f"{above.own(one.title)}\n{one.text}", names)
    )
