"""What a place would bring, before somebody listens to it. No Qt; worker threads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from calmreply.app import queries
from calmreply.app.home import Home
from calmreply.app.listening import listen, offers
from calmreply.app.listening.listen import Polled
from calmreply.app.listening.offers import Offer
from calmreply.app.ports import FeedEntry
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.ports.channels import Field
from calmreply.app.ports.listeners import OpenToAll
from calmreply.app.ports.storage import Account
from calmreply.app.rules import settings
from calmreply.app.sending import accounts
from calmreply.app.words import wording_mention
from calmreply.domain import above, disguise
from calmreply.domain.mention import Heard, SourceId, Stars, is_older
from calmreply.domain.names import Name, names_us
from calmreply.errors import KnownError

PREVIEW = 5
"""How many entries are shown before somebody listens."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it would come in. `older`: searchable only. `named`: it names us.

    `stars` are None also where the words are nothing but these stars.
    """

    who: str
    words: str
    published: datetime | None
    older: bool
    named: bool
    stars: Stars | None = None


@dataclass(frozen=True, slots=True)
class PlaceKind:
    """A kind of place beside feeds. `accounts` are (id, words) of those that open it.

    `offers`: it can say what its fields may hold, see `offered`.
    """

    kind: str
    title: str
    fields: tuple[Field, ...]
    needs_account: bool
    accounts: tuple[tuple[str, str], ...]
    offers: bool = False
    without_account: str = ""
    """What comes in where there is none; empty where it must have one."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What a place brings. `found_on` is the page that named the feed, or empty; `others` are the
    addresses of other feeds that it names.

    `names` are those that are ours.
    """

    address: str
    title: str
    found_on: str
    count: int
    named: int
    cut_off: bool
    names: tuple[str, ...]
    entries: tuple[Entry, ...]
    wall: datetime
    others: tuple[str, ...] = ()
    already: KnownError | None = None
    """Why it need not be kept: it is listened to."""
    lacks: KnownError | None = None
    """What of it is not shown to the account by which it is read."""


def try_source(home: Home, address: str, *, allow_private: bool) -> Tried:
    """Fetch it once and store nothing. Raises what `listen.try_page` does."""
    real, feed, others = listen.try_page(home, address, allow_private=allow_private)
    typed = address.strip().rstrip("/")
    title = feed.title or urlsplit(real).hostname or real
    found_on = typed if not real.rstrip("/").endswith(typed) else ""
    tried = _tried(home, real, title, feed.entries, found_on, cut_off=feed.cut_off)
    return replace(tried, others=others)


def try_public(home: Home, kind: str, address: str, *, allow_private: bool) -> Tried:
    """What a place shows without an account. Raises what `listen.try_public` does."""
    real, feed = listen.try_public(home, kind, address, allow_private=allow_private)
    title = feed.title or urlsplit(real).hostname or real
    found_on = address.strip().rstrip("/")
    return _tried(home, real, title, feed.entries, found_on, cut_off=feed.cut_off)


def try_place(
    home: Home, kind: PlaceKind, said: Mapping[str, str], account: str, *, allow_private: bool
) -> Tried:
    """Ask it once and store nothing. Raises what `listen.try_place` does."""
    address, got = listen.try_place(
        home, kind.kind, said, account or None, allow_private=allow_private
    )
    tried = _tried(home, address, got.title or kind.title, got.heard, cut_off=bool(got.unread))
    return replace(tried, lacks=got.lacks)


def offered(home: Home, kind: PlaceKind, said: Mapping[str, str]) -> Mapping[str, Offer]:
    """What the fields may hold, as `offers.offered`."""
    return offers.offered(home, kind.kind, said)


def place_kinds(home: Home) -> tuple[PlaceKind, ...]:
    """All kinds of places beside feeds, by title."""
    accounts_ = accounts.everything(home)
    kinds = [
        PlaceKind(
            kind=kind,
            title=found.title,
            fields=found.place_fields,
            needs_account=found.needs_account,
            accounts=tuple((one.id, _called(one)) for one in accounts_ if one.kind == kind),
            without_account=found.without_account if isinstance(found, OpenToAll) else "",
            offers=offers.can_offer(home, kind),
        )
        for kind, found in home.listeners.items()
    ]
    return tuple(sorted(kinds, key=lambda one: one.title))


def _called(account: Account) -> str:
    return " · ".join(value for value in account.settings.values() if value)


def _tried(
    home: Home,
    address: str,
    title: str,
    found: Sequence[FeedEntry | Heard],
    found_on: str = "",
    *,
    cut_off: bool,
) -> Tried:
    names = listened_names(home)
    wall = queries.now(home).wall
    entries = [_entry(one, title, names, wall) for one in found]
    entries.sort(key=lambda one: one.published or wall, reverse=True)
    return Tried(
        address=address,
        title=disguise.name(title),
        found_on=found_on,
        count=len(entries),
        named=sum(one.named for one in entries),
        cut_off=cut_off,
        names=tuple(one.name for one in names if one.ours),
        entries=tuple(entries[:PREVIEW]),
        wall=wall,
        already=listen.listened_already(home, address, title),
    )


def _entry(entry: FeedEntry | Heard, source: str, names: tuple[Name, ...], wall: datetime) -> Entry:
    """`source` is what the source would be called."""
    older = is_older(entry.published, wall)
    own = above.own(entry.title)
    title, text = (" ".join(part.split()) for part in (own, entry.text))
    same = text.startswith(title.rstrip("…. "))
    words = text if same else "  ·  ".join(filter(None, (title, text)))
    named = names_us(f"{own}\n{entry.text}", names)
    site, url = (entry.site, entry.url) if isinstance(entry, Heard) else ("", entry.link)
    return Entry(
        who=wording_mention.who(entry.author, site, source, url),
        words=disguise.visible(words[:400]),
        published=entry.published,
        older=older,
        named=named,
        stars=_stars(entry) if words.strip("★☆") else None,
    )


def _stars(entry: FeedEntry | Heard) -> Stars | None:
    """Raises nothing for a feed's that are no rating, which are left out."""
    if not isinstance(entry.stars, tuple):
        return entry.stars
    try:
        return Stars(*entry.stars)
    except ValueError:
        return None


def listened_names(home: Home) -> tuple[Name, ...]:
    """The names we listen for, the business's own first."""
    names, business = settings.read(home, "names"), settings.read(home, "business_name")
    return listen.listened_names(names, business)


def first_round(home: Home, source: SourceId) -> tuple[Polled, ChangeSet]:
    """Ask a source that was added just now. Raises KnownError `no_such_source`."""
    polled = listen.poll(home, listen.find_source(home, source))
    return polled, ChangeSet(mentions=True, sources=True)
