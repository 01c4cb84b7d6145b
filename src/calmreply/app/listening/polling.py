"""One round at one source: ask, store what is new, remember how it went and when to come again.

Whatever a source does is in the result and in its state, which says one sentence and one way out
to the person; only the storage can make a round fail outright. When its turn comes: `rhythm`; what
helps where it needs somebody: `remedies`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from calmreply.app.cases.turns import came_back
from calmreply.app.home import BUSINESS_NAME, Home
from calmreply.app.ledger import Ledger, MentionsGone, write_together
from calmreply.app.listening import asked, bounds, intake, keeping, places, remedies, rhythm
from calmreply.app.listening.answers import retry_after, status_error
from calmreply.app.listening.asked import Asked, OvertakenError
from calmreply.app.listening.checks import CUT_OFF, UNREAD
from calmreply.app.listening.intake import listened_names, store_entries
from calmreply.app.listening.keeping import Polled, counted, troubled
from calmreply.app.listening.remedies import (
    allow_own_network,
    listen_for_names,
    needs_somebody,
    remedy,
    use_found_feed,
)
from calmreply.app.listening.rhythm import Turn, asked_to_wait, is_due
from calmreply.app.ports import Cancelled, Download, ParsedFeed
from calmreply.app.ports.listeners import Round
from calmreply.app.ports.storage import Arrived, PollState, Source, Takes
from calmreply.app.ports.storage_errors import no_such_source
from calmreply.app.sending import looking
from calmreply.app.teamwork import own_files, poller
from calmreply.domain.moment import Reading
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
    "poll_as_kept",
    "remedy",
    "store_entries",
    "turns",
    "use_found_feed",
]


def turns(home: Home) -> tuple[Turn, ...]:
    """All sources that this computer asks, each with the host that its rounds ask."""
    with home.store.read() as tx:
        sources, accounts = tx.sources(), tx.accounts()
    return rhythm.turns(poller.asked_here(home, sources), accounts)


def poll(home: Home, source: Source, cancelled: Cancelled | None = None) -> Polled:
    """One round at one source. Whatever the source does is in the result and in its state.

    Nothing of it is kept where the source was changed since `source` was read. Raises only what the
    storage does.
    """
    began = home.clock.read()
    if asked_to_wait(source, began.wall):
        return Polled(source.id, source.title, waiting=True)
    one_round = _feed_round if source.kind == places.FEED else _place_round
    try:
        polled = one_round(home, source, began, cancelled)
    except OvertakenError:
        polled = Polled(source.id, source.title)
    except KnownError as error:
        if error.code != "no_such_source":
            raise
        polled = Polled(source.id, source.title, error=error)
    return polled if polled.error is None else replace(polled, error=polled.error.alone())


def poll_as_kept(home: Home, source: Source, cancelled: Cancelled | None = None) -> Polled:
    """As `poll`, of the source as it is kept now: its turn may have been thought of long ago."""
    with home.store.read() as tx:
        here = next(iter(tx.sources(source.id)), None)
    if here is None:
        return Polled(source.id, source.title, error=no_such_source(source.id))
    return poll(home, here, cancelled)


def _place_round(home: Home, source: Source, began: Reading, cancelled: Cancelled | None) -> Polled:
    not_here = own_files.trouble(home, source)
    if not_here is not None:
        return Polled(source.id, source.title, error=not_here)
    enough = bounds.resting(home, source, began.wall)
    if enough is not None:
        return _rests(home, asked.ended(home, source, began), enough)
    try:
        got = places.ask(home, source, cancelled)
    except KnownError as error:
        if error.code == "cancelled":
            return Polled(source.id, source.title, error=error)
        return keeping.failed(home, asked.ended(home, source, began), error)
    lost = _passed_over(got)
    looking.for_answers(home, source, got.heard, cancelled)
    heard = intake.wanted(home, source, looking.of_others(home, got.heard))
    one = asked.ended(home, source, began)

    def end(ledger: Ledger, arrived: Sequence[Arrived]) -> Polled:
        keeping.confirm(ledger, got.outside_time)
        own_files.found_here(ledger, source)
        gone = _mark_gone(ledger, source, got.gone)
        returned = came_back(ledger, got.returned)
        state = replace(keeping.heard_well(home, one, arrived), cursor=got.cursor)
        if got.wait_until is not None and got.wait_until > began.wall:
            wait = min(got.wait_until - began.wall, rhythm.LONGEST_WAIT)
            wait = rhythm.not_before(home.entropy, wait)
            state = replace(state, next_at=one.now + wait, asked_to_wait=True)
        elif isinstance(got, places.BrokenOff):
            state = replace(state, next_at=one.began)
        if got.more and source.state.heard_at is None:
            # Its first round goes on: what is left may be as old as what came.
            state = replace(state, heard_at=None)
        if lost is not None:
            state = troubled(state, lost)
        kept = keeping.save(ledger, one, got.title or source.title, state)
        polled = counted(kept, arrived)
        return replace(polled, changed=polled.changed + returned + gone)

    return replace(intake.store(home, one, heard, end), error=lost)


def _rests(home: Home, one: Asked, enough: KnownError) -> Polled:
    """It is not asked; that is looked at again as often as it would be asked."""
    after = rhythm.spread(home.entropy, rhythm.LONGEST_PERIOD, rhythm.LONGEST_PERIOD)
    state = replace(one.source.state, next_at=one.now + after, asked_to_wait=False)
    state = troubled(state, enough)

    def keep(ledger: Ledger) -> Polled:
        return keeping.save(ledger, one, one.source.title, state)

    return replace(write_together(home, keep), error=enough)


def _mark_gone(ledger: Ledger, source: Source, keys: Sequence[str]) -> int:
    """What the place says is no longer there; a mention that comes back is there again.

    How many those are.
    """
    gone = ledger.tx.mark_gone(source.id, keys, ledger.now.wall) if keys else ()
    if gone:
        fact = MentionsGone(str(source.id), tuple(map(str, gone)), ledger.reading)
        ledger.record(fact, by_program=True)
    return len(gone)


def _feed_round(home: Home, source: Source, began: Reading, cancelled: Cancelled | None) -> Polled:
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
        one = asked.ended(home, source, began)
        return keeping.failed(home, one, page.error, found=page.found)
    except KnownError as error:
        if error.code == "cancelled":
            return Polled(source.id, source.title, error=error)
        return keeping.failed(home, asked.ended(home, source, began), error)
    one = asked.ended(home, source, began)
    if elsewhere is not None:
        return keeping.failed(home, one, elsewhere, outside=download.outside_time)
    if feed is not None:
        return _take(home, one, download, feed, seen=wanted + _digest(download))
    if same:
        return _unchanged(home, one, download, known)
    wait, outside = retry_after(download, one.now), download.outside_time
    return keeping.failed(home, one, status_error(download.status), wait=wait, outside=outside)


def _unchanged(home: Home, one: Asked, download: Download, known: PollState) -> Polled:
    kept = replace(
        keeping.heard_well(home, one),
        etag=download.headers.get("etag") or known.etag,
        last_modified=download.headers.get("last-modified") or known.last_modified,
        seen=known.seen,
    )

    def keep(ledger: Ledger) -> Polled:
        keeping.confirm(ledger, download.outside_time)
        return keeping.save(ledger, one, one.source.title, kept)

    return write_together(home, keep)


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


def _take(home: Home, one: Asked, download: Download, feed: ParsedFeed, *, seen: str) -> Polled:
    def end(ledger: Ledger, arrived: Sequence[Arrived]) -> Polled:
        keeping.confirm(ledger, download.outside_time)
        if feed.cut_off:
            return counted(keeping.save_failure(ledger, one, _cut_off()), arrived)
        kept = keeping.heard_well(home, one, arrived)
        if not left:  # else it is asked for all of it again, whether it changes or not
            kept = replace(
                kept,
                etag=download.headers.get("etag") or None,
                last_modified=download.headers.get("last-modified") or None,
                seen=seen,
            )
        if flood is not None:
            kept = troubled(kept, flood)
        title = feed.title or source.title
        polled = keeping.save(ledger, one, title, kept, moved=download.moved_to)
        return replace(counted(polled, arrived), error=flood)

    source = one.source
    shown = intake.wanted(home, source, [intake.heard(source, entry) for entry in feed.entries])
    heard, left = bounds.within(home, source, shown, one.now, whole=not feed.cut_off)
    flood = bounds.too_much(left) if left.flood else None
    return intake.store(home, one, heard, end)


def _cut_off() -> KnownError:
    return KnownError(
        CUT_OFF,
        _("The feed ended in the middle; what could be read of it was taken."),
        _("Nothing to do: it is tried again by itself."),
    )


def _passed_over(got: Round) -> KnownError | None:
    """What of a round nobody will read, or is not shown, in words."""
    if got.gave_up:
        words = _("So much was said there since the last look that not all of it was read.")
    elif got.unread:
        words = ngettext(
            "One message there could not be read and was passed over.",
            "{n} messages there could not be read and were passed over.",
            got.unread,
        ).format(n=got.unread)
    else:
        return got.lacks
    return KnownError(UNREAD, words, _("Look there yourself once."))
