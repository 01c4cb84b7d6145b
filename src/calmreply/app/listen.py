"""Listening: sources and their polling, and mentions that a person brings in by hand."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit

from calmreply.app import facts
from calmreply.app.answers import retry_after, status_error
from calmreply.app.brought import add_mention, pasted_key, visibility_of
from calmreply.app.changes import ChangeSet
from calmreply.app.home import BUSINESS_NAME, Actor, Home
from calmreply.app.ledger import MentionsHeard, SourceChanged, confirm_clock, writing
from calmreply.app.ports import Cancelled, Download, FeedEntry, ParsedFeed
from calmreply.app.storage import Arrival, Arrived, PollState, Source, Takes
from calmreply.domain.matching import names_us
from calmreply.domain.mention import (
    Heard,
    Origin,
    SourceId,
    Stars,
    is_older,
)
from calmreply.errors import KnownError
from calmreply.i18n import _

__all__ = [
    "FEED",
    "Added",
    "FeedList",
    "Polled",
    "add_mention",
    "add_source",
    "asked_to_wait",
    "find_source",
    "is_due",
    "listened_names",
    "pasted_key",
    "poll",
    "remove_source",
    "sources",
    "store_entries",
    "try_source",
    "visibility_of",
]

FEED = "feed"
BATCH = 500
PERIOD = timedelta(minutes=5)
LONGEST_BACKOFF = timedelta(hours=1)
NAMES = "names"
CUT_OFF = "feed_cut_off"


@dataclass(frozen=True, slots=True)
class Added:
    """A source that was added: what it is called, and how many entries it shows now."""

    source: SourceId
    feed: str
    title: str
    found: int


class FeedList(Protocol):
    """What a list of feeds holds: (title, address), and (what stood there, why not)."""

    @property
    def feeds(self) -> tuple[tuple[str, str], ...]: ...

    @property
    def refused(self) -> tuple[tuple[str, str], ...]: ...


@dataclass(frozen=True, slots=True)
class Polled:
    """How one round at one source went. A feed that was cut off is an error and brings entries."""

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
        return self.error is not None and self.error.code != CUT_OFF


def try_source(home: Home, address: str, *, allow_private: bool = False) -> tuple[str, ParsedFeed]:
    """Fetch an address once and read it as a feed; stores nothing. Returns its real address.

    A page that names feeds leads to the first of them that is one. Raises the KnownErrors of `Web`,
    `FeedReader` and `answers.status_error`.
    """
    address = _with_scheme(address)
    download = _download(home, address, allow_private=allow_private)
    try:
        feed = home.feeds.parse(download.body, download.headers, download.address)
    except KnownError as error:
        named = _named_by(home, download) if error.code == "not_a_feed" else ()
        for found in named:
            with suppress(KnownError):
                inner = _download(home, found, allow_private=allow_private)
                feed = home.feeds.parse(inner.body, inner.headers, inner.address)
                return inner.moved_to or found, feed
        raise
    return download.moved_to or address, feed


def _named_by(home: Home, page: Download) -> tuple[str, ...]:
    return home.feeds.discover(page.body, page.headers, page.address)[:3]


def add_source(
    home: Home,
    address: str,
    *,
    kind: str = FEED,
    allow_private: bool = False,
    takes: Takes = Takes.ALL,
    actor: Actor | None = None,
) -> tuple[Added, ChangeSet]:
    """Try an address and listen to it from now on; stores no mention yet.

    Raises what `try_source` does, and KnownError `no_such_kind`, `source_exists`.
    """
    if kind != FEED:
        raise KnownError(
            "no_such_kind",
            _("There is no kind of source called {kind}.").format(kind=kind),
            _("Leave the kind out, or say: feed."),
        )
    real, feed = try_source(home, address, allow_private=allow_private)
    title = feed.title or urlsplit(real).hostname or real
    with writing(home, actor) as ledger:
        source = ledger.tx.add_source(Source(SourceId(""), kind, real, title, takes, allow_private))
        ledger.record(SourceChanged(source, kind, real, "added", ledger.reading))
    return Added(source, real, title, len(feed.entries)), ChangeSet(sources=True)


def remove_source(home: Home, source: SourceId, actor: Actor | None = None) -> ChangeSet:
    """Stop listening there; what it brought stays. Raises KnownError `no_such_source`."""
    found = find_source(home, source)
    with writing(home, actor) as ledger:
        ledger.tx.remove_source(found.id)
        ledger.record(SourceChanged(found.id, found.kind, found.address, "removed", ledger.reading))
    return ChangeSet(sources=True)


def sources(home: Home) -> tuple[Source, ...]:
    with home.store.read() as tx:
        return tx.sources()


def find_source(home: Home, source: str) -> Source:
    """Raises KnownError `no_such_source`."""
    for one in sources(home):
        if source in (one.id, one.address):
            return one
    raise KnownError(
        "no_such_source",
        _("There is no source {source}.").format(source=source),
        _("List the sources to see what there is."),
    )


def is_due(source: Source, wall: datetime) -> bool:
    """Whether the schedule wants this source polled.

    So it does where the last round seems to lie ahead, because the clock was set back since.
    """
    state = source.state
    set_back = state.polled_at is not None and state.polled_at > wall
    return state.next_at is None or state.next_at <= wall or set_back


def asked_to_wait(source: Source, wall: datetime) -> bool:
    """Whether the site asked us (Retry-After) not to come before a time still ahead."""
    return source.state.asked_to_wait and not is_due(source, wall)


def poll(home: Home, source: Source, cancelled: Cancelled | None = None) -> Polled:
    """One round at one source. Whatever the source does is in the result and in its state.

    Raises only what the storage does.
    """
    wall = home.clock.read().wall
    if asked_to_wait(source, wall):
        return Polled(source.id, source.title, waiting=True)
    try:
        return _round(home, source, wall, cancelled)
    except KnownError as error:
        if error.code != "no_such_source":
            raise
        return Polled(source.id, source.title, error=error)


def _round(home: Home, source: Source, wall: datetime, cancelled: Cancelled | None) -> Polled:
    try:
        download = home.web.get(
            source.address,
            allow_private=source.allow_private,
            etag=source.state.etag,
            last_modified=source.state.last_modified,
            cancelled=cancelled,
        )
        feed = None
        if download.status == 200:
            feed = home.feeds.parse(download.body, download.headers, download.address)
    except KnownError as error:
        if error.code == "cancelled":
            return Polled(source.id, source.title, error=error)
        return _failed(home, source, wall, error)
    if download.outside_time is not None:
        confirm_clock(home, download.outside_time)
    if feed is not None:
        return _take(home, source, download, feed, wall)
    # What we have never seen cannot be unchanged.
    if download.status == 304 and source.state.heard_at is not None:
        kept = _heard_well(wall, source.state.etag, source.state.last_modified)
        return _polled(home, source, kept)
    wait = retry_after(download, wall)
    return _failed(home, source, wall, status_error(download.status), wait)


def _take(
    home: Home, source: Source, download: Download, feed: ParsedFeed, wall: datetime
) -> Polled:
    arrived = store_entries(home, source, feed.entries, wall)
    new = sum(one.arrival is Arrival.NEW for one in arrived)
    changed = sum(one.arrival is Arrival.CHANGED for one in arrived)
    older = sum(one.arrival is Arrival.NEW and one.case is None for one in arrived)
    if feed.cut_off:
        failed = _failed(home, source, wall, _cut_off())
        return replace(failed, new=new, changed=changed, older=older)
    kept = _heard_well(wall, download.headers.get("etag"), download.headers.get("last-modified"))
    polled = _polled(home, replace(source, title=feed.title or source.title), kept, download)
    return replace(polled, new=new, changed=changed, older=older)


def _heard_well(wall: datetime, etag: str | None, last_modified: str | None) -> PollState:
    return PollState(
        etag=etag or None,
        last_modified=last_modified or None,
        next_at=wall + PERIOD,
        polled_at=wall,
        heard_at=wall,
    )


def _polled(
    home: Home, source: Source, state: PollState, download: Download | None = None
) -> Polled:
    """Keep how it went, and where the source has moved to for good."""
    moved = download.moved_to if download else None
    with writing(home) as ledger:
        ledger.tx.save_poll(source.id, source.title, state)
        taken = {one.address for one in ledger.tx.sources()}
        if moved and moved not in taken:
            ledger.tx.move_source(source.id, moved)
            ledger.record(SourceChanged(source.id, source.kind, moved, "moved", ledger.reading))
    return Polled(source.id, source.title)


def store_entries(
    home: Home, source: Source, entries: Sequence[FeedEntry], wall: datetime
) -> tuple[Arrived, ...]:
    """Store a feed's entries, oldest first, in batches; each batch is one journal line."""
    first_round = source.state.heard_at is None
    heard = [_heard(source, entry) for entry in entries]
    with home.store.read() as tx:
        names = listened_names(tx.setting(NAMES), tx.setting(BUSINESS_NAME))
    if source.takes is Takes.NAMED:
        heard = [one for one in heard if names_us(f"{one.title}\n{one.text}", names)]
    heard.sort(key=lambda one: one.published or wall)
    arrived: list[Arrived] = []
    for start in range(0, len(heard), BATCH):
        batch = heard[start : start + BATCH]
        older = [first_round and is_older(one.published, wall) for one in batch]
        arrived += _store(home, source.id, batch, wall, older)
    return tuple(arrived)


def _store(
    home: Home, source: SourceId | None, batch: Sequence[Heard], wall: datetime, older: list[bool]
) -> tuple[Arrived, ...]:
    with writing(home) as ledger:
        rules_line, _rules = facts.rules_in_force(ledger.tx)
        arrived = ledger.tx.add_mentions(source, batch, wall, older=older, rules_line=rules_line)
        news = tuple(
            (str(one.mention), str(one.case or ""), one.digest)
            for one in arrived
            if one.arrival is not Arrival.SAME
        )
        if news:
            ledger.record(
                MentionsHeard(str(source or ""), rules_line, news, ledger.reading),
                by_program=True,
            )
    return arrived


def _heard(source: Source, entry: FeedEntry) -> Heard:
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
    )


def listened_names(setting: str | None, business: str | None) -> tuple[str, ...]:
    """The names we listen for: the setting's lines, and the business's own."""
    lines = [*(setting or "").splitlines(), business or ""]
    return tuple(dict.fromkeys(name.strip() for name in lines if name.strip()))


def _with_scheme(address: str) -> str:
    address = address.strip()
    for prefix in ("feed://", "feed:"):
        if address.lower().startswith(prefix):
            rest = address[len(prefix) :]
            return rest if "://" in rest else f"https://{rest}"
    return address if "://" in address else f"https://{address}"


def _download(home: Home, address: str, *, allow_private: bool) -> Download:
    download = home.web.get(address, allow_private=allow_private)
    if download.outside_time is not None:
        confirm_clock(home, download.outside_time)
    if download.status != 200:
        raise status_error(download.status)
    return download


def _failed(
    home: Home,
    source: Source,
    wall: datetime,
    error: KnownError,
    wait: timedelta | None = None,
) -> Polled:
    """Keep what went wrong, and come back later each time, or when the site says."""
    failures = source.state.failures + 1
    backoff = min(PERIOD * 2 ** min(failures - 1, 8), LONGEST_BACKOFF)
    state = replace(
        source.state,
        next_at=wall + (wait or backoff),
        polled_at=wall,
        failures=failures,
        trouble=error.code,
        words=error.words,
        way_out=error.way_out,
        asked_to_wait=wait is not None,
    )
    return replace(_polled(home, source, state), error=error)


def _cut_off() -> KnownError:
    return KnownError(
        CUT_OFF,
        _("The feed ended in the middle; what could be read of it was taken."),
        _("Nothing to do: it is tried again by itself."),
    )
