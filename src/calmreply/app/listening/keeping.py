"""How a round went, kept with its source: its trouble, and when it is asked again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from calmreply.app.home import Home
from calmreply.app.ledger import Ledger, SourceChanged, write_together
from calmreply.app.listening import remedies, rhythm
from calmreply.app.listening.answers import in_the_way
from calmreply.app.listening.asked import Asked, check
from calmreply.app.listening.checks import PARTLY
from calmreply.app.listening.troubles import NO_ANSWER, SOON, soon_again, was_soon
from calmreply.app.ports.storage import Arrival, Arrived, PollState, Source, WriteTransaction
from calmreply.domain.mention import SourceId
from calmreply.errors import KnownError


@dataclass(frozen=True, slots=True)
class Polled:
    """How one round at one source went; an error of a part of it does not keep back the rest."""

    source: SourceId
    title: str
    new: int = 0
    changed: int = 0
    error: KnownError | None = None
    waiting: bool = False
    older: int = 0
    """How many of the new ones are too old to open a case."""

    @property
    def failed(self) -> bool:
        """Whether nothing of it could be read."""
        return self.error is not None and self.error.code not in PARTLY


def confirm(ledger: Ledger, outside: datetime | None) -> None:
    if outside is not None:
        ledger.confirm_clock(outside)


def counted(polled: Polled, arrived: Sequence[Arrived]) -> Polled:
    return replace(
        polled,
        new=sum(one.arrival is Arrival.NEW for one in arrived),
        changed=sum(one.arrival is Arrival.CHANGED for one in arrived),
        older=sum(one.arrival is Arrival.NEW and one.case is None for one in arrived),
    )


def heard_well(home: Home, one: Asked, arrived: Sequence[Arrived] = ()) -> PollState:
    """As it stands after a good answer, with its next turn."""
    came = any(each.arrival is not Arrival.SAME for each in arrived)
    brought_at = one.began if came else one.source.state.brought_at or one.began
    span = rhythm.period(brought_at, one.began)
    return PollState(
        next_at=one.began + rhythm.spread(home.entropy, span, rhythm.LONGEST_PERIOD),
        polled_at=one.began,
        heard_at=one.began,
        brought_at=brought_at,
    )


def troubled(state: PollState, why: KnownError) -> PollState:
    return replace(state, trouble=why.code, words=why.words, way_out=why.way_out)


def save(
    ledger: Ledger, one: Asked, title: str, state: PollState, *, moved: str | None = None
) -> Polled:
    """Keep how it went, and where the source has moved to for good. Raises what `check` does."""
    check(ledger.tx, one)
    source = one.source
    ledger.tx.save_poll(source.id, title, state)
    if moved and moved not in {each.address for each in ledger.tx.sources()}:
        remedies.move(ledger.tx, source, moved)
        ledger.record(SourceChanged(source.id, source.kind, moved, "moved", ledger.reading))
    return Polled(source.id, title)


def failed(
    home: Home,
    one: Asked,
    error: KnownError,
    *,
    wait: timedelta | None = None,
    found: str = "",
    outside: datetime | None = None,
) -> Polled:
    """Keep what went wrong, and come back later each time, or when the site says."""

    def keep(ledger: Ledger) -> Polled:
        confirm(ledger, outside)
        return save_failure(ledger, one, error, wait=wait, found=found)

    return write_together(home, keep)


def save_failure(
    ledger: Ledger,
    one: Asked,
    error: KnownError,
    *,
    wait: timedelta | None = None,
    found: str = "",
) -> Polled:
    source, wall = one.source, one.began
    error = in_the_way(error, source)
    state = replace(
        source.state,
        polled_at=wall,
        failures=source.state.failures + 1,
        trouble=error.code,
        words=error.words,
        way_out=error.way_out,
        asked_to_wait=wait is not None,
        found=found,
    )
    early = source.state.failures > 0 and not rhythm.is_due(source, wall)
    soon = soon_again(source.state, error.code, wall)
    once = early or soon or was_soon(source.state, wall)
    if once or _nobody_answers(ledger.tx, replace(source, state=state), wall):
        state = replace(state, failures=max(source.state.failures, 1))
    entropy = ledger.home.entropy
    if wait is not None:
        state = replace(state, next_at=one.now + rhythm.not_before(entropy, wait))
    elif not early:
        span = SOON if soon else rhythm.backoff(state.failures)
        after = rhythm.spread(entropy, span, rhythm.LONGEST_BACKOFF)
        state = replace(state, next_at=wall + after)
    save(ledger, one, source.title, state)
    return Polled(source.id, source.title, error=error)


def _nobody_answers(tx: WriteTransaction, failed: Source, wall: datetime) -> bool:
    """Whether a failure is that of the network, and so says nothing of this source."""
    if failed.state.trouble not in NO_ANSWER:
        return False
    everywhere = [failed if one.id == failed.id else one for one in tx.sources()]
    asked = rhythm.turns(everywhere, tx.accounts())
    alone = len({one.host for one in asked}) == 1
    return not alone and rhythm.offline(asked, wall)
