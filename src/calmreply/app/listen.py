"""Listening: sources and their polling, and mentions that a person brings in by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from calmreply.app import facts
from calmreply.app.answers import retry_after, status_error
from calmreply.app.changes import ChangeSet
from calmreply.app.home import BUSINESS_NAME, Actor, Home
from calmreply.app.ledger import MentionsHeard, SourceChanged, confirm_clock, writing
from calmreply.app.ports import Cancelled, Download, FeedEntry, ParsedFeed
from calmreply.app.storage import Arrival, Arrived, PollState, Source, Takes
from calmreply.domain.matching import names_us
from calmreply.domain.mention import (
    CaseId,
    Heard,
    MentionId,
    Origin,
    SourceId,
    Stars,
    Visibility,
    is_older,
)
from calmreply.errors import KnownError
from calmreply.i18n import _

FEED = "feed"
BATCH = 500
PERIOD = timedelta(minutes=5)
LONGEST_BACKOFF = timedelta(hours=1)
NAMES = "names"
TEXT_LIMIT = 200_000


@dataclass(frozen=True, slots=True)
class Added:
    """A source that was added: what it is called, and how many entries it shows now."""

    source: SourceId
    feed: str
    title: str
    found: int


@dataclass(frozen=True, slots=True)
class Polled:
    """How one round at one source went."""

    source: SourceId
    title: str
    new: int = 0
    changed: int = 0
    error: KnownError | None = None
    waiting: bool = False


def try_source(home: Home, address: str, *, allow_private: bool = False) -> tuple[str, ParsedFeed]:
    """Fetch an address once and read it as a feed; stores nothing. Returns its real address.

    A page that names a feed leads to that feed. Raises the KnownErrors of `Web` and `FeedReader`,
    and `no_feed_there`, `site_says_no`.
    """
    address = _with_scheme(address)
    download = _download(home, address, allow_private=allow_private)
    try:
        feed = home.feeds.parse(download.body, download.headers, download.address)
    except KnownError as error:
        if error.code != "not_a_feed":
            raise
        for found in home.feeds.discover(download.body, download.headers, download.address)[:3]:
            inner = _download(home, found, allow_private=allow_private)
            feed = home.feeds.parse(inner.body, inner.headers, inner.address)
            return inner.moved_to or found, feed
        raise
    return download.moved_to or address, feed


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
    """Whether the schedule wants this source polled."""
    return source.state.next_at is None or source.state.next_at <= wall


def asked_to_wait(source: Source, wall: datetime) -> bool:
    """Whether the site asked us (Retry-After) not to come before a time still ahead."""
    return source.state.asked_to_wait and not is_due(source, wall)


def poll(home: Home, source: Source, cancelled: Cancelled | None = None) -> Polled:
    """One round at one source. Never raises for anything the source does; it is in the result."""
    wall = home.clock.read().wall
    if asked_to_wait(source, wall):
        return Polled(source.id, source.title, waiting=True)
    try:
        download = home.web.get(
            source.address,
            allow_private=source.allow_private,
            etag=source.state.etag,
            last_modified=source.state.last_modified,
            cancelled=cancelled,
        )
        if download.outside_time is not None:
            confirm_clock(home, download.outside_time)
        return _take(home, source, download, wall)
    except KnownError as error:
        if error.code == "cancelled":
            return Polled(source.id, source.title, error=error)
        return _failed(home, source, wall, error, None)


def _take(home: Home, source: Source, download: Download, wall: datetime) -> Polled:
    heard_well = PollState(
        etag=download.headers.get("etag") or None,
        last_modified=download.headers.get("last-modified") or None,
        next_at=wall + PERIOD,
        polled_at=wall,
        heard_at=wall,
    )
    if download.status == 304:
        kept = replace(heard_well, etag=source.state.etag, last_modified=source.state.last_modified)
        with writing(home) as ledger:
            ledger.tx.save_poll(source.id, source.title, kept)
        return Polled(source.id, source.title)
    if download.status != 200:
        wait = retry_after(download, wall)
        return _failed(home, source, wall, status_error(download.status), wait)
    feed = home.feeds.parse(download.body, download.headers, download.address)
    arrived = store_entries(home, source, feed.entries, wall)
    new = sum(one.arrival is Arrival.NEW for one in arrived)
    changed = sum(one.arrival is Arrival.CHANGED for one in arrived)
    with writing(home) as ledger:
        if download.moved_to and download.moved_to != source.address:
            ledger.tx.move_source(source.id, download.moved_to)
        ledger.tx.save_poll(source.id, feed.title or source.title, heard_well)
    return Polled(source.id, feed.title or source.title, new, changed)


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


def add_mention(
    home: Home, heard: Heard, actor: Actor | None = None
) -> tuple[MentionId, CaseId, ChangeSet]:
    """A pasted review, a call, a letter, a talk over the counter.

    The same words by the same author at the same place are the same mention. Raises KnownError
    `text_missing`, `text_too_long`, `author_missing`, `bad_address`.
    """
    heard = _checked(heard)
    with writing(home, actor) as ledger:
        rules_line, _rules = facts.rules_in_force(ledger.tx)
        (one,) = ledger.tx.add_mentions(
            None, [heard], ledger.now.wall, older=[False], rules_line=rules_line
        )
        if one.arrival is not Arrival.SAME:
            news = ((str(one.mention), str(one.case or ""), one.digest),)
            ledger.record(MentionsHeard("", rules_line, news, ledger.reading))
    if one.case is None:
        raise AssertionError("a mention brought in by hand always has a case")
    return one.mention, one.case, ChangeSet(cases=frozenset({one.case}), mentions=True)


def pasted_key(author: str, text: str, url: str | None, site: str) -> str:
    """What identifies a mention that was brought in by hand."""
    words = "\n".join((author.casefold(), url or site.casefold(), " ".join(text.split())))
    return "hand:" + hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()


def visibility_of(origin: Origin) -> Visibility:
    """What comes by phone, letter or over the counter was said to us alone."""
    alone = (Origin.PHONE, Origin.LETTER, Origin.COUNTER)
    return Visibility.PRIVATE if origin in alone else Visibility.PUBLIC


def listened_names(setting: str | None, business: str | None) -> tuple[str, ...]:
    """The names we listen for: the setting's lines, and the business's own."""
    lines = [*(setting or "").splitlines(), business or ""]
    return tuple(dict.fromkeys(name.strip() for name in lines if name.strip()))


def _checked(heard: Heard) -> Heard:
    text = heard.text.replace("\x00", "").strip()
    if not text:
        raise KnownError(
            "text_missing", _("What they said is missing."), _("Paste it, or write it down.")
        )
    if len(text) > TEXT_LIMIT:
        raise KnownError(
            "text_too_long",
            _("The text is longer than any review."),
            _("Paste just what they said."),
        )
    if not heard.author.strip():
        raise KnownError(
            "author_missing",
            _("Who said it is missing."),
            _("Write the name as it stands there, or say that it is not known."),
        )
    url = heard.url.strip() if heard.url else None
    if url and urlsplit(url).scheme not in ("http", "https"):
        raise KnownError(
            "bad_address",
            _("The link does not begin with http:// or https://."),
            _("Copy it from the browser's address line, or leave it out."),
        )
    site = heard.site.strip() or (urlsplit(url).hostname or "" if url else "")
    author = " ".join(heard.author.split())
    return replace(
        heard,
        text=text,
        url=url or None,
        site=site,
        author=author,
        key=heard.key or pasted_key(author, text, url, site),
    )


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
    home: Home, source: Source, wall: datetime, error: KnownError, wait: timedelta | None
) -> Polled:
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
    with writing(home) as ledger:
        ledger.tx.save_poll(source.id, source.title, state)
    return Polled(source.id, source.title, error=error)
