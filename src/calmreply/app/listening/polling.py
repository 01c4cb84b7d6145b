"""One round at one source: ask, store what is new, remember how it went and when to come again.

Whatever a source does is in the result and in its state, which says one sentence and one way out
to the person; only the storage can make a round fail outright. When its turn comes: `rhythm`; what
helps where it needs somebody: `remedies`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from calmreply.app.cases.turns import came_back
from calmreply.app.home import BUSINESS_NAME, Home
from calmreply.app.ledger import Ledger, MentionsGone, SourceChanged, write_together
from calmreply.app.listening import bounds, intake, places, remedies, rhythm
from calmreply.app.listening.answers import in_the_way, retry_after, status_error
from calmreply.app.listening.checks import CUT_OFF, PARTLY, UNREAD
from calmreply.app.listening.intake import listened_names, store_entries
from calmreply.app.listening.remedies import (
    allow_own_network,
    listen_for_names,
    needs_somebody,
    remedy,
    use_found_feed,
)
from calmreply.app.listening.rhythm import NO_ANSWER, Turn, asked_to_wait, is_due
from calmreply.app.ports import Cancelled, Download, ParsedFeed
from calmreply.app.ports.listeners import Round
from calmreply.app.ports.storage import (
    Arrival,
    Arrived,
    PollState,
    Source,
    Takes,
    WriteTransaction,
)
from calmreply.app.sending import looking
from calmreply.app.teamwork import own_files, poller
from calmreply.domain.mention import SourceId
from calmreply.errors import KnownError
from calmreply.i18n import _, ngettext

__all__ = [
    "Polled",
    "Turn",
    "allow_own_network",
    "asked_to_wait",
    "is_due",
    "listen_for_names",
    "listened_names",
    "needs_somebody",
    "poll",
    "remedy",
    "store_entries",
    "turns",
    "use_found_feed",
]


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


def turns(home: Home) -> tuple[Turn, ...]:
    """All sources that this computer asks, each with the host that its rounds ask."""
    with home.store.read() as tx:
        sources, accounts = tx.sources(), tx.accounts()
    return rhythm.turns(poller.asked_here(home, sources), accounts)


def poll(home: Home, source: Source, cancelled: Cancelled | None = None) -> Polled:
    """One round at one source. Whatever the source does is in the result and in its state.

    Raises only what the storage does.
    """
    wall = home.clock.read().wall
    if asked_to_wait(source, wall):
        return Polled(source.id, source.title, waiting=True)
    one_round = _feed_round if source.kind == places.FEED else _place_round
    try:
        polled = one_round(home, source, wall, cancelled)
    except KnownError as error:
        if error.code != "no_such_source":
            raise
        polled = Polled(source.id, source.title, error=error)
    return polled if polled.error is None else replace(polled, error=polled.error.alone())


def _place_round(home: Home, source: Source, wall: datetime, cancelled: Cancelled | None) -> Polled:
    not_here = own_files.trouble(home, source)
    if not_here is not None:
        return Polled(source.id, source.title, error=not_here)
    enough = bounds.resting(home, source, wall)
    if enough is not None:
        return _rests(home, source, wall, enough)
    try:
        got = places.ask(home, source, cancelled)
    except KnownError as error:
        if error.code == "cancelled":
            return Polled(source.id, source.title, error=error)
        return _failed(home, source, wall, error)
    lost = _passed_over(got)
    looking.for_answers(home, source, got.heard, cancelled)
    heard = intake.wanted(home, source, got.heard)

    def end(ledger: Ledger, arrived: Sequence[Arrived]) -> Polled:
        _confirm(ledger, got.outside_time)
        own_files.found_here(ledger, source)
        _mark_gone(ledger, source, got.gone)
        returned = came_back(ledger, got.returned)
        state = replace(_heard_well(home, source, wall, arrived), cursor=got.cursor)
        if got.wait_until is not None and got.wait_until > wall:
            wait = rhythm.not_before(home.entropy, min(got.wait_until - wall, rhythm.LONGEST_WAIT))
            state = replace(state, next_at=wall + wait, asked_to_wait=True)
        if lost is not None:
            state = _troubled(state, lost)
        called = replace(source, title=got.title or source.title)
        polled = _counted(_polled(ledger, called, state), arrived)
        return replace(polled, changed=polled.changed + returned)

    return replace(intake.store(home, source, heard, wall, end), error=lost)


def _rests(home: Home, source: Source, wall: datetime, enough: KnownError) -> Polled:
    """It is not asked; that is looked at again as often as it would be asked."""
    after = rhythm.spread(home.entropy, rhythm.LONGEST_PERIOD, rhythm.LONGEST_PERIOD)
    state = _troubled(replace(source.state, next_at=wall + after, asked_to_wait=False), enough)
    polled = write_together(home, lambda ledger: _polled(ledger, source, state))
    return replace(polled, error=enough)


def _confirm(ledger: Ledger, outside: datetime | None) -> None:
    if outside is not None:
        ledger.confirm_clock(outside)


def _mark_gone(ledger: Ledger, source: Source, keys: Sequence[str]) -> None:
    """What the place says is no longer there; a mention that comes back is there again."""
    gone = ledger.tx.mark_gone(source.id, keys, ledger.now.wall) if keys else ()
    if gone:
        fact = MentionsGone(str(source.id), tuple(map(str, gone)), ledger.reading)
        ledger.record(fact, by_program=True)


def _feed_round(home: Home, source: Source, wall: datetime, cancelled: Cancelled | None) -> Polled:
    wanted = _wanted(home, source)
    known = source.state if source.state.seen.startswith(wanted) else PollState()
    try:
        download = home.web.get(
            source.address,
            allow_private=source.allow_private,
            etag=known.etag,
            last_modified=known.last_modified,
            cancelled=cancelled,
        )
        same = _is_unchanged(known, download)
        feed = None if same else _feed_in(home, source, download, cancelled)
        elsewhere = remedies.another(home, source, download) if same or feed is not None else None
    except remedies.PageInsteadError as page:
        return _failed(home, source, wall, page.error, found=page.found)
    except KnownError as error:
        if error.code == "cancelled":
            return Polled(source.id, source.title, error=error)
        return _failed(home, source, wall, error)
    if elsewhere is not None:
        return _failed(home, source, wall, elsewhere, outside=download.outside_time)
    if feed is not None:
        return _take(home, source, download, feed, wall, seen=wanted + _digest(download))
    if same:
        kept = replace(
            _heard_well(home, source, wall),
            etag=download.headers.get("etag") or known.etag,
            last_modified=download.headers.get("last-modified") or known.last_modified,
            seen=known.seen,
        )

        def unchanged(ledger: Ledger) -> Polled:
            _confirm(ledger, download.outside_time)
            return _polled(ledger, source, kept)

        return write_together(home, unchanged)
    wait, outside = retry_after(download, wall), download.outside_time
    return _failed(home, source, wall, status_error(download.status), wait=wait, outside=outside)


def _digest(download: Download) -> str:
    """Of an answer and of what else decides how it is read."""
    about = f"{download.address}\n{download.headers.get('content-type', '')}\n"
    told = hashlib.sha256(about.encode())
    told.update(download.body)  # which is not copied first
    return told.hexdigest()


def _wanted(home: Home, source: Source) -> str:
    """What is taken of its entries, in short: once that changes, all are looked at again."""
    if source.takes is Takes.ALL:
        return "all:"
    with home.store.read() as tx:
        said = f"{tx.setting(intake.NAMES)}\n{tx.setting(BUSINESS_NAME)}"
    return f"{hashlib.sha256(said.encode()).hexdigest()[:16]}:"


def _is_unchanged(known: PollState, download: Download) -> bool:
    """Whether it says what it said at the last good round, in a word or by sending it all again.

    Many sites send all of it each time; to read it again would cost the more, the more it is. What
    we have never seen cannot be unchanged.
    """
    if download.status == 304:
        return known.heard_at is not None
    before = known.seen.partition(":")[2]
    return bool(before) and download.status == 200 and before == _digest(download)


def _feed_in(
    home: Home, source: Source, download: Download, cancelled: Cancelled | None
) -> ParsedFeed | None:
    """What an answer holds, None where it holds nothing. Raises what the reader does.

    Raises PageInsteadError where a page stands in the feed's place.
    """
    if download.status != 200:
        return None
    try:
        return home.feeds.parse(download.body, download.headers, download.address)
    except KnownError as error:
        if error.code != "not_a_feed":
            raise
        raise remedies.page_instead(home, source, download, error, cancelled) from error


def _take(
    home: Home, source: Source, download: Download, feed: ParsedFeed, wall: datetime, *, seen: str
) -> Polled:
    def end(ledger: Ledger, arrived: Sequence[Arrived]) -> Polled:
        _confirm(ledger, download.outside_time)
        if feed.cut_off:
            return _counted(_save_failure(ledger, source, wall, _cut_off()), arrived)
        kept = _heard_well(home, source, wall, arrived)
        if not left:  # else it is asked for all of it again, whether it changes or not
            kept = replace(
                kept,
                etag=download.headers.get("etag") or None,
                last_modified=download.headers.get("last-modified") or None,
                seen=seen,
            )
        if flood is not None:
            kept = _troubled(kept, flood)
        called = replace(source, title=feed.title or source.title)
        polled = _counted(_polled(ledger, called, kept, download.moved_to), arrived)
        return replace(polled, error=flood)

    shown = intake.wanted(home, source, [intake.heard(source, entry) for entry in feed.entries])
    heard, left = bounds.within(home, source, shown, wall, whole=not feed.cut_off)
    flood = bounds.too_much(left) if left.flood else None
    return intake.store(home, source, heard, wall, end)


def _counted(polled: Polled, arrived: Sequence[Arrived]) -> Polled:
    return replace(
        polled,
        new=sum(one.arrival is Arrival.NEW for one in arrived),
        changed=sum(one.arrival is Arrival.CHANGED for one in arrived),
        older=sum(one.arrival is Arrival.NEW and one.case is None for one in arrived),
    )


def _heard_well(
    home: Home, source: Source, wall: datetime, arrived: Sequence[Arrived] = ()
) -> PollState:
    """As it stands after a good answer, with its next turn."""
    came = any(one.arrival is not Arrival.SAME for one in arrived)
    brought_at = wall if came else source.state.brought_at or wall
    span = rhythm.period(brought_at, wall)
    return PollState(
        next_at=wall + rhythm.spread(home.entropy, span, rhythm.LONGEST_PERIOD),
        polled_at=wall,
        heard_at=wall,
        brought_at=brought_at,
    )


def _troubled(state: PollState, why: KnownError) -> PollState:
    return replace(state, trouble=why.code, words=why.words, way_out=why.way_out)


def _polled(ledger: Ledger, source: Source, state: PollState, moved: str | None = None) -> Polled:
    """Keep how it went, and where the source has moved to for good."""
    ledger.tx.save_poll(source.id, source.title, state)
    if moved and moved not in {one.address for one in ledger.tx.sources()}:
        remedies.move(ledger.tx, source, moved)
        ledger.record(SourceChanged(source.id, source.kind, moved, "moved", ledger.reading))
    return Polled(source.id, source.title)


def _failed(
    home: Home,
    source: Source,
    wall: datetime,
    error: KnownError,
    *,
    wait: timedelta | None = None,
    found: str = "",
    outside: datetime | None = None,
) -> Polled:
    """Keep what went wrong, and come back later each time, or when the site says."""

    def keep(ledger: Ledger) -> Polled:
        _confirm(ledger, outside)
        return _save_failure(ledger, source, wall, error, wait=wait, found=found)

    return write_together(home, keep)


def _save_failure(
    ledger: Ledger,
    source: Source,
    wall: datetime,
    error: KnownError,
    *,
    wait: timedelta | None = None,
    found: str = "",
) -> Polled:
    error = in_the_way(error, source)
    failed = replace(
        source.state,
        polled_at=wall,
        failures=source.state.failures + 1,
        trouble=error.code,
        words=error.words,
        way_out=error.way_out,
        asked_to_wait=wait is not None,
        found=found,
    )
    early = source.state.failures > 0 and not is_due(source, wall)
    if early or _nobody_answers(ledger.tx, replace(source, state=failed), wall):
        failed = replace(failed, failures=max(source.state.failures, 1))
    entropy = ledger.home.entropy
    if wait is not None:
        failed = replace(failed, next_at=wall + rhythm.not_before(entropy, wait))
    elif not early:
        span = rhythm.backoff(failed.failures)
        after = rhythm.spread(entropy, span, rhythm.LONGEST_BACKOFF)
        failed = replace(failed, next_at=wall + after)
    ledger.tx.save_poll(source.id, source.title, failed)
    return Polled(source.id, source.title, error=error)


def _nobody_answers(tx: WriteTransaction, failed: Source, wall: datetime) -> bool:
    """Whether a failure is that of the network, and so says nothing of this source."""
    if failed.state.trouble not in NO_ANSWER:
        return False
    everywhere = [failed if one.id == failed.id else one for one in tx.sources()]
    asked = rhythm.turns(everywhere, tx.accounts())
    alone = len({one.host for one in asked}) == 1
    return not alone and rhythm.offline(asked, wall)


def _cut_off() -> KnownError:
    return KnownError(
        CUT_OFF,
        _("The feed ended in the middle; what could be read of it was taken."),
        _("Nothing to do: it is tried again by itself."),
    )


def _passed_over(got: Round) -> KnownError | None:
    """What of a round nobody will read, in words."""
    if got.gave_up:
        words = _("So much was said there since the last look that not all of it was read.")
    elif got.unread:
        words = ngettext(
            "One message there could not be read and was passed over.",
            "{n} messages there could not be read and were passed over.",
            got.unread,
        ).format(n=got.unread)
    else:
        return None
    return KnownError(UNREAD, words, _("Look there yourself once."))
