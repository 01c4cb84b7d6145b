"""A source as it was asked.

A round takes seconds, and much may happen within them: somebody sets the clock or a time server
does, the lid is closed for the night, the source is changed or taken out, another round overtakes
this one. So what comes of it is told by the clock as it goes at its end, and kept only where the
source is still the one that was asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from calmreply.app.home import Home
from calmreply.app.ports.storage import Source, WriteTransaction
from calmreply.app.ports.storage_errors import no_such_source
from calmreply.domain.moment import Reading


class OvertakenError(Exception):
    """Meanwhile the source was changed or asked by another round: this one is of no use."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A source as it stood when it was asked, and when that was (UTC).

    `began` and `now`, the beginning and the end, are both told by the clock as it goes now.
    """

    source: Source
    began: datetime
    now: datetime


def ended(home: Home, source: Source, began: Reading) -> Asked:
    """A round that has come to its end, or to where its answer is known."""
    now = home.clock.read()
    passed = now.ticks - began.ticks
    known = now.boot == began.boot and passed >= 0
    return Asked(source, now.wall - timedelta(seconds=passed if known else 0), now.wall)


def check(tx: WriteTransaction, one: Asked) -> None:
    """Raises OvertakenError, and KnownError `no_such_source` where nobody listens there now."""
    source, state = one.source, one.source.state
    here = next(iter(tx.sources(source.id)), None)
    if here is None:
        raise no_such_source(source.id)
    if _where(here) != _where(source):
        raise OvertakenError
    if here.state == state:
        return
    other = here.state.polled_at
    # A round that began before this one knows less, even if it ended meanwhile.
    if other == state.polled_at or other is None or other > one.began:
        raise OvertakenError


def _where(source: Source) -> tuple[object, ...]:
    return source.address, source.takes, source.allow_private
