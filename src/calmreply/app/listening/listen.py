"""Listening: sources, and mentions that a person brings in by hand. Their rounds: `polling`."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Protocol
from urllib.parse import urlsplit

from calmreply.app.home import Actor, Home
from calmreply.app.ledger import SourceChanged, confirm_clock, writing
from calmreply.app.listening import places, remedies
from calmreply.app.listening.answers import status_error
from calmreply.app.listening.brought import add_mention, pasted_key, visibility_of
from calmreply.app.listening.places import FEED
from calmreply.app.listening.polling import (
    Polled,
    asked_to_wait,
    is_due,
    listened_names,
    poll,
    store_entries,
)
from calmreply.app.ports import Cancelled, Download, ParsedFeed
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.ports.listeners import OpenToAll, Round
from calmreply.app.ports.storage import Source, Takes
from calmreply.app.ports.storage_errors import source_exists
from calmreply.app.sending import accounts
from calmreply.app.teamwork import own_files
from calmreply.domain import disguise, paths
from calmreply.domain.mention import SourceId
from calmreply.errors import KnownError
from calmreply.i18n import _

__all__ = [
    "FEED",
    "Added",
    "FeedList",
    "Polled",
    "add_mention",
    "add_place",
    "add_source",
    "asked_to_wait",
    "find_source",
    "is_due",
    "listened_already",
    "listened_names",
    "pasted_key",
    "poll",
    "public_kind",
    "remove_source",
    "sources",
    "store_entries",
    "try_page",
    "try_place",
    "try_public",
    "visibility_of",
]

_NAMED = 20
"""Feeds named by a page among which the one that is looked for may be."""
_TRIED = 3
"""So many of them are asked for, until one is a feed."""
_OTHERS = 4
"""So many more are told of."""
NOTHING_SAID: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Added:
    """A source that was added: what it is called, and how many entries it shows now.

    `others` are the other feeds that the page names on which it was found.
    """

    source: SourceId
    feed: str
    title: str
    found: int
    others: tuple[str, ...] = ()


class FeedList(Protocol):
    """What a list of feeds holds: (title, address), and (what stood there, why not)."""

    @property
    def feeds(self) -> tuple[tuple[str, str], ...]: ...

    @property
    def refused(self) -> tuple[tuple[str, str], ...]: ...


def try_page(
    home: Home, address: str, *, allow_private: bool = False
) -> tuple[str, ParsedFeed, tuple[str, ...]]:
    """Fetch an address once and read it as a feed; stores nothing. Returns its real address.

    A page that names feeds leads to the first of them that is one; the others that it names, and
    that nobody listens to yet, are returned as well, as they are named. `allow_private` is said of
    the host in `address` and of no other that a page there names. Raises the KnownErrors of `Web`,
    `FeedReader` and `answers.status_error`.
    """
    address = _with_scheme(address)
    download = _download(home, address, allow_private=allow_private)
    try:
        feed = home.feeds.parse(download.body, download.headers, download.address)
    except KnownError as error:
        named = _named_by(home, download) if error.code == "not_a_feed" else ()
        for found in named[:_TRIED]:
            with suppress(KnownError):
                near = remedies.same_host(found, address)
                inner = _download(home, found, allow_private=allow_private and near)
                feed = home.feeds.parse(inner.body, inner.headers, inner.address)
                known = {found, *(one.address for one in sources(home))}
                others = tuple(one for one in named if one not in known)
                return inner.moved_to or found, feed, others[:_OTHERS]
        raise
    return download.moved_to or address, feed, ()


def try_public(
    home: Home, kind: str, address: str, *, allow_private: bool = False
) -> tuple[str, ParsedFeed]:
    """As `try_page`, for what a kind of place shows of itself without an account.

    Raises KnownError `no_such_kind`, `account_needed`, `nothing_found`, and why the site could not
    be asked.
    """
    found = places.listener(home, kind)
    if not isinstance(found, OpenToAll):
        raise places.account_needed(found)
    address = _with_scheme(address)
    page = _download(home, address, allow_private=allow_private)
    silent: tuple[str, ParsedFeed] | None = None
    for named in found.public_feeds(page.address, _named_by(home, page)):
        if not remedies.same_host(named, page.address):
            continue
        near = remedies.same_host(named, address)
        with suppress(KnownError):
            inner = _download(home, named, allow_private=allow_private and near)
            feed = home.feeds.parse(inner.body, inner.headers, inner.address)
            if feed.entries:
                return inner.moved_to or named, feed
            # Sites answer with an empty feed where there is none: another may say more.
            silent = silent or (inner.moved_to or named, feed)
    if silent is not None:
        return silent
    raise KnownError(
        "nothing_found",
        _("No feed of what is public was found there: {title}.").format(title=found.title),
        _("Check the address of the site, or set up an account there."),
    )


def public_kind(home: Home, kind: str, account: str | None) -> bool:
    """Whether a kind of place is to be read without an account: there is none, and it can be."""
    found = places.listener(home, kind)
    if account or not found.needs_account or not isinstance(found, OpenToAll):
        return False
    return not any(one.kind == kind for one in accounts.everything(home))


def _named_by(home: Home, page: Download) -> tuple[str, ...]:
    return home.feeds.discover(page.body, page.headers, page.address)[:_NAMED]


def add_source(
    home: Home,
    address: str,
    *,
    allow_private: bool = False,
    takes: Takes = Takes.ALL,
    actor: Actor | None = None,
) -> tuple[Added, ChangeSet]:
    """Try a feed's address and listen to it from now on; stores no mention yet.

    Raises what `try_page` does, and KnownError `source_exists`.
    """
    real, feed, others = try_page(home, address, allow_private=allow_private)
    title = feed.title or urlsplit(real).hostname or real
    allowed = allow_private and remedies.same_host(real, _with_scheme(address))
    added = Source(SourceId(""), FEED, real, title, takes, allowed)
    try:
        done, changes = _add(home, actor, added, len(feed.entries))
    except KnownError as error:
        if error.code != "source_exists" or not others:
            raise
        way_out = _("The page names other feeds, too: {feeds}").format(feeds=", ".join(others))
        raise KnownError(error.code, error.words, way_out) from error
    return replace(done, others=others), changes


def try_place(
    home: Home,
    kind: str,
    said: Mapping[str, str] = NOTHING_SAID,
    account: str | None = None,
    *,
    allow_private: bool = False,
    cancelled: Cancelled | None = None,
) -> tuple[str, Round]:
    """Ask a place of another kind once; stores nothing. Returns its address as a source.

    `said` fills the kind's `place_fields`; `account` may be left out where there is just one.
    Raises KnownError `no_such_kind`, `no_such_account`, `account_needed`, `which_account`, what
    the kind makes of its fields, and why it could not be asked.
    """
    found = places.listener(home, kind)
    opens = places.account_for(home, found, account)
    what = places.what_of(found, said)
    known_by = opens.id if opens else ""
    place = places.place_of(home, known_by, what, allow_private=allow_private)
    return places.address(kind, known_by, what), places.listen(home, found, place, "", cancelled)


def add_place(
    home: Home,
    kind: str,
    said: Mapping[str, str] = NOTHING_SAID,
    account: str | None = None,
    *,
    allow_private: bool = False,
    takes: Takes = Takes.ALL,
    actor: Actor | None = None,
) -> tuple[Added, ChangeSet]:
    """Try a place of another kind and listen to it from now on; stores no mention yet.

    Raises what `try_place` does, and KnownError `source_exists`, `source_waits`.
    """
    address, got = try_place(home, kind, said, account, allow_private=allow_private)
    title = got.title or places.listener(home, kind).title
    if (already := listened_already(home, address, title)) is not None:
        raise already
    added = Source(SourceId(""), kind, address, title, takes, allow_private)
    if own_files.lies_in_a_file(home, added):  # it asks no network
        added = replace(added, allow_private=False)
    return _add(home, actor, added, len(got.heard))


def _add(home: Home, actor: Actor | None, added: Source, found: int) -> tuple[Added, ChangeSet]:
    with writing(home, actor) as ledger:
        source = ledger.tx.add_source(added)
        own_files.found_here(ledger, replace(added, id=source))
        ledger.record(SourceChanged(source, added.kind, added.address, "added", ledger.reading))
    shown = paths.shown(added.address)
    return Added(source, shown, added.title, found), ChangeSet(sources=True)


def remove_source(home: Home, source: SourceId, actor: Actor | None = None) -> ChangeSet:
    """Stop listening there; what it brought stays. Raises KnownError `no_such_source`."""
    found = find_source(home, source)
    with writing(home, actor) as ledger:
        ledger.tx.remove_source(found.id)
        own_files.forget(ledger, found.id)
        ledger.record(SourceChanged(found.id, found.kind, found.address, "removed", ledger.reading))
    return ChangeSet(sources=True)


def listened_already(home: Home, address: str, title: str) -> KnownError | None:
    """Why nobody needs to listen at this address of a source; None where nobody does so far.

    Likewise where one of the same `title` waits for an account: all of it would come twice.
    """
    known = sources(home)
    there = next((one for one in known if one.address == address), None)
    if there is not None:
        return source_exists(there.address, there.title)
    kind, _colon, rest = address.partition(":")
    watched = kind, rest.partition("/")[2], title
    lost = [one for one in known if one.state.trouble == accounts.NO_SUCH_ACCOUNT]
    if not any((one.kind, places.split(one)[1], one.title) == watched for one in lost):
        return None
    words = _("You listen to {title} already; it only waits for an account.")
    return KnownError(
        "source_waits",
        words.format(title=disguise.name(title)),
        _("Choose this account for it among the sources: then nothing comes twice."),
    )


def sources(home: Home) -> tuple[Source, ...]:
    with home.store.read() as tx:
        return tx.sources()


def find_source(home: Home, source: str) -> Source:
    """By its number or its address, a file by its path. Raises KnownError `no_such_source`,
    `which_source` where a file is read by several.
    """
    listened = sources(home)
    for one in listened:
        if source in (one.id, one.address):
            return one
    match [one for one in listened if _reads_file(home, one, source)]:
        case [one]:
            return one
        case []:
            raise KnownError(
                "no_such_source",
                _("There is no source {source}.").format(source=source),
                _("List the sources to see what there is."),
            )
        case several:
            numbers = ", ".join(one.id for one in several)
            raise KnownError(
                "which_source",
                _("Several sources read {file}.").format(file=source),
                _("Say which one: {ids}.").format(ids=numbers),
            )


def _reads_file(home: Home, source: Source, typed: str) -> bool:
    """Whether a source reads this file, however its path is typed."""
    path, found = paths.path_in(source.address), home.listeners.get(source.kind)
    first = places.first_field(found) if found is not None else None
    if not path or found is None or first is None:
        return False
    try:
        return path in (typed, found.what({first.name: typed}))
    except KnownError:
        return False


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
