"""What helps where a source needs somebody: one sentence stands in its state, one action is here.
What each is called: `wording_remedies`.

Where a page answers instead of a feed, the page is asked for the feed that it names. A network that
wants a sign-in puts its own page in every place: so what we heard well before is not given up for
one, and a feed on another host is believed only when the page stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from calmreply.app.home import Actor, Home
from calmreply.app.ledger import SourceChanged, writing
from calmreply.app.listening import places
from calmreply.app.listening.address import canonical
from calmreply.app.listening.bounds import FLOODS
from calmreply.app.listening.intake import listened_in
from calmreply.app.listening.troubles import LED_AWAY, PAGE_INSTEAD
from calmreply.app.persons.lockbox import LOCKED
from calmreply.app.ports import Cancelled, Download
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.ports.storage import PollState, Source, Takes, WriteTransaction
from calmreply.app.ports.storage_errors import no_such_source
from calmreply.app.sending.accounts import NO_SUCH_ACCOUNT
from calmreply.app.teamwork import own_files
from calmreply.domain import disguise
from calmreply.domain.mention import SourceId
from calmreply.errors import KnownError
from calmreply.i18n import _

PATIENCE: Final = 3
"""How often in a row a source may fail before it needs somebody; a site may have a bad hour."""
FEED_MOVED: Final = "feed_moved"
LISTENED_TWICE: Final = "listened_twice"
"""It leads to a feed that another source is."""
_GONE: Final = frozenset({"not_there", "no_such_place"})
_NO_FEED: Final = frozenset({"not_there", "not_a_feed", PAGE_INSTEAD})
_SIGN_IN: Final = frozenset(
    {"sign_in_again", "not_allowed", "site_wants_sign_in", "bad_settings", "not_protected"}
)
_NO_REVIEWS: Final = frozenset(
    {"not_a_table", "not_a_mail", "list_of_feeds", "no_text", "no_such_column", "not_a_file"}
)
"""A file that holds something else by now."""
_FOR_A_PERSON: Final = (
    _GONE
    | _SIGN_IN
    | _NO_REVIEWS
    | {FEED_MOVED, LISTENED_TWICE, FLOODS, "not_a_feed", "private_address", LOCKED, NO_SUCH_ACCOUNT}
)
"""What no waiting mends."""
_TRIED: Final = 3
"""Feeds named by a page that are tried."""


@dataclass(frozen=True, slots=True)
class UseFeed:
    """Listen to this feed from now on, see `use_found_feed`."""

    address: str


@dataclass(frozen=True, slots=True)
class SignIn:
    """Open this account: sign in again, or put right what it says."""

    account: str


@dataclass(frozen=True, slots=True)
class AllowOwnNetwork:
    """Listen there although it stands in the own network, see `allow_own_network`."""


@dataclass(frozen=True, slots=True)
class LookFor:
    """The feed is not there (any more): look for another one on this page."""

    page: str


@dataclass(frozen=True, slots=True)
class OpenPage:
    """Look in the browser at what the site asks for."""

    address: str


@dataclass(frozen=True, slots=True)
class Remove:
    """It is gone, or is another one by now: stop listening there, or keep it and see."""


@dataclass(frozen=True, slots=True)
class ListenLess:
    """It brings too much: take only what names us from now on, see `listen_for_names`."""


@dataclass(frozen=True, slots=True)
class OpenPasswords:
    """The file with the passwords is closed, see `lockbox`."""


@dataclass(frozen=True, slots=True)
class ChooseAccount:
    """The account it was read through is gone: another one of that kind, see `lost_accounts`."""

    kind: str


@dataclass(frozen=True, slots=True)
class AskAgain:
    """Nothing else is known to help."""


Remedy = (
    UseFeed
    | SignIn
    | AllowOwnNetwork
    | LookFor
    | OpenPage
    | Remove
    | ListenLess
    | OpenPasswords
    | ChooseAccount
    | AskAgain
)


class PageInsteadError(Exception):
    """A page stands where a feed should; `found` is the feed it names, or empty."""

    def __init__(self, error: KnownError, found: str = "") -> None:
        super().__init__(error.code)
        self.error = error
        self.found = found


def asked_anew(source: Source) -> bool:
    """Whether it is asked at once, because somebody has put something right: until it has
    answered nobody knows how it stands.
    """
    return source.state.next_at is None and source.state.polled_at is not None


def needs_somebody(source: Source) -> bool:
    """Whether a source has a trouble that will not go away by itself.

    A place that was there a moment ago may be under repair: gone once is not gone.
    """
    state = source.state
    if not state.trouble or state.asked_to_wait or asked_anew(source):
        return False
    if state.trouble in _GONE and state.failures == 1 and state.heard_at is not None:
        return False
    return state.trouble in _FOR_A_PERSON or state.failures >= PATIENCE


def remedy(source: Source) -> Remedy | None:
    """The one action that may help a source in trouble; None where it needs nobody."""
    state = source.state
    if not needs_somebody(source):
        return None
    if state.found:
        return UseFeed(state.found)
    if state.trouble == "private_address" and not source.allow_private:
        return AllowOwnNetwork()
    if state.trouble == FLOODS:
        return ListenLess() if source.takes is Takes.ALL else Remove()
    return _for_feed(source) if source.kind == places.FEED else _for_place(source)


def _for_feed(source: Source) -> Remedy:
    if source.state.trouble == LISTENED_TWICE:
        return Remove()
    if source.state.trouble in _NO_FEED:
        home_page = _home_page(source.address)
        # Where the page itself is no feed, asking it once more would find none either.
        return LookFor(home_page) if home_page else Remove()
    if source.state.trouble in _SIGN_IN:
        return OpenPage(source.address)
    return AskAgain()


def _for_place(source: Source) -> Remedy:
    if source.state.trouble in _GONE:
        return Remove()
    if source.state.trouble == LOCKED:
        return OpenPasswords()
    if source.state.trouble == NO_SUCH_ACCOUNT:
        return ChooseAccount(source.kind)
    if source.state.trouble == LED_AWAY and not source.allow_private:
        return AllowOwnNetwork()
    account, _what = places.split(source)
    return SignIn(account) if account and source.state.trouble in _SIGN_IN else AskAgain()


def use_found_feed(home: Home, source: SourceId, actor: Actor | None = None) -> ChangeSet:
    """Listen to the feed that a page in a source's place names; what it brought stays.

    Its entries may be called otherwise there: so its next round is like a first one, in which what
    is older than a week asks for no answer. Raises KnownError `no_such_source`, `source_exists`,
    `nothing_found`.
    """
    with writing(home, actor) as ledger:
        before = _known(ledger.tx.sources(), source)
        found = before.state.found
        if not found:
            raise KnownError(
                "nothing_found",
                _("No other feed has been found for this source."),
                _("Look for it on the site, and add it."),
            )
        move(ledger.tx, before, found)
        ledger.tx.save_poll(source, before.title, PollState(brought_at=before.state.brought_at))
        ledger.record(SourceChanged(source, before.kind, found, "moved", ledger.reading))
    return ChangeSet(sources=True)


def move(tx: WriteTransaction, source: Source, address: str) -> None:
    """Listen at this address from now on; another host was allowed by nobody to be our own."""
    near = same_host(address, source.address)
    tx.move_source(source.id, address, allow_private=source.allow_private and near)


def allow_own_network(home: Home, source: SourceId, actor: Actor | None = None) -> ChangeSet:
    """Let this source, and no other, stand in the own network; it is asked anew at once.

    Raises KnownError `no_such_source`, `nothing_to_allow` where no network is asked.
    """
    with writing(home, actor) as ledger:
        before = _known(ledger.tx.sources(), source)
        if own_files.lies_in_a_file(home, before):
            raise KnownError(
                "nothing_to_allow",
                _("A file is on this computer: there is nothing to allow."),
                _("It is read where it lies, without a network."),
            )
        ledger.tx.move_source(source, before.address, allow_private=True)
        state = replace(before.state, next_at=None, failures=0, trouble="", words="", way_out="")
        ledger.tx.save_poll(source, before.title, state)
        fact = SourceChanged(source, before.kind, before.address, "allowed", ledger.reading)
        ledger.record(fact)
    return ChangeSet(sources=True)


def listen_for_names(home: Home, source: SourceId, actor: Actor | None = None) -> ChangeSet:
    """Take only what names us from a source, and ask it anew; what it brought stays.

    Raises KnownError `no_such_source`, `no_names` where there is no name yet to listen for.
    """
    with writing(home, actor) as ledger:
        before = _known(ledger.tx.sources(), source)
        if not any(one.ours for one in listened_in(ledger.tx)):
            raise KnownError(
                "no_names",
                _("There is no name of yours to listen for yet."),
                _("Say first what you are called, among the names to listen for."),
            )
        ledger.tx.move_source(source, before.address, takes=Takes.NAMED)
        state = replace(before.state, next_at=None, failures=0, trouble="", words="", way_out="")
        ledger.tx.save_poll(source, before.title, state)
        fact = SourceChanged(source, before.kind, before.address, "named", ledger.reading)
        ledger.record(fact)
    return ChangeSet(sources=True)


def _known(listened_to: Sequence[Source], source: SourceId) -> Source:
    before = next((one for one in listened_to if one.id == source), None)
    if before is None:
        raise no_such_source(source)
    return before


def page_instead(
    home: Home, source: Source, page: Download, error: KnownError, cancelled: Cancelled | None
) -> PageInsteadError:
    """What to make of a page in the place of a feed; asks at most three of those that it names."""
    named = home.feeds.discover(page.body, page.headers, page.address)
    found = _first_feed(home, source, named, cancelled)
    if found:
        return PageInsteadError(_moved(found), found)
    if source.state.heard_at is None:
        return PageInsteadError(error)
    return PageInsteadError(
        KnownError(
            PAGE_INSTEAD,
            _("A page came instead of the feed just now."),
            _("If the network here wants a sign-in, sign in; it is tried again by itself."),
        )
    )


def _first_feed(
    home: Home, source: Source, named: Sequence[str], cancelled: Cancelled | None
) -> str:
    with home.store.read() as tx:
        listened_to = {one.address for one in tx.sources()}
    stays = source.state.heard_at is None or source.state.failures + 1 >= PATIENCE
    for address in named[:_TRIED]:
        near = same_host(address, source.address)
        if address in listened_to or not (near or stays):
            continue
        try:
            # What the page names on another host was allowed by nobody to be in the own network.
            there = home.web.get(
                address, allow_private=source.allow_private and near, cancelled=cancelled
            )
            if there.status == 200:
                home.feeds.parse(there.body, there.headers, there.address)
                return address
        except KnownError as error:
            if error.code == "cancelled":
                raise
    return ""


def another(home: Home, source: Source, download: Download) -> KnownError | None:
    """The trouble where a feed leads to one that another source is; None where it is its own.

    What came would be that source's entries a second time, under a wrong name.
    """
    real = download.address
    if real == source.address:
        return None
    with home.store.read() as tx:
        others = [one for one in tx.sources() if one.kind == places.FEED and one.id != source.id]
    found = next((one for one in others if one.address == real), None)
    spelt = canonical(real)
    # Of two spellings of one address neither is the other's double, or both would fall silent.
    if found is None and spelt != canonical(source.address):
        found = next((one for one in others if canonical(one.address) == spelt), None)
    if found is None:
        return None
    words = _("This feed has moved to one that you listen to already: {title}.")
    return KnownError(
        LISTENED_TWICE,
        words.format(title=disguise.name(found.title)),
        _("Stop listening to this one; what it brought stays."),
    )


def same_host(one: str, other: str) -> bool:
    """Whether both addresses lead to one host; with and without www it is the same."""
    return _host(one) == _host(other) != ""


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _home_page(address: str) -> str:
    """Empty where `address` is one already, or none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    home_page = f"{parts.scheme}://{parts.netloc}/"
    return home_page if parts.netloc and address not in (home_page, home_page[:-1]) else ""


def _moved(found: str) -> KnownError:
    return KnownError(
        FEED_MOVED,
        _("A page stands where the feed was. It names this feed: {address}").format(address=found),
        _("Use the feed that was found."),
    )
