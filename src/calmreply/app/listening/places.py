"""Sources that a listener asks: what they are called, trying one, and one round at it.

Feeds have their own road in `polling`, because they need no account and were there first; what
comes of either is stored alike.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from calmreply.app.home import Home
from calmreply.app.listening.asked import OvertakenError
from calmreply.app.persons import lockbox
from calmreply.app.ports import Cancelled, Tools
from calmreply.app.ports.channels import Field
from calmreply.app.ports.listeners import CURSOR_LIMIT, Listener, Place, Round
from calmreply.app.ports.storage import Account, Source
from calmreply.app.sending import accounts
from calmreply.app.sending.entries import in_own_network, secret_name
from calmreply.domain.mention import Heard
from calmreply.errors import KnownError
from calmreply.i18n import _

_log = logging.getLogger(__name__)

PAGES = 20
"""Rounds that follow each other at once while a place says that it has more."""
LONGEST = 60.0
"""Seconds after which no other is begun: what is left comes at its next turn."""
FEED = "feed"


@dataclass(frozen=True, slots=True)
class BrokenOff(Round):
    """What was told before one of those that follow each other failed; the rest is soon due."""


def listener(home: Home, kind: str) -> Listener:
    """Raises KnownError `no_such_kind`."""
    found = home.listeners.get(kind)
    if found is None:
        kinds = ", ".join((FEED, *sorted(home.listeners)))
        raise KnownError(
            "no_such_kind",
            _("There is no kind of source called {kind}.").format(kind=kind),
            _("Choose one of: {kinds}.").format(kinds=kinds),
        )
    return found


def address(kind: str, account: str, what: str) -> str:
    """What a source of a listener is known by, see `app.ports.listeners`."""
    return f"{kind}:{account}/{what}"


def split(source: Source) -> tuple[str, str]:
    """The account's id (empty: none) and the listener's own word for the place."""
    account, _slash, what = source.address.removeprefix(f"{source.kind}:").partition("/")
    return account, what


def account_of(source: Source) -> str:
    """The id of the account that a source is read through; empty where it needs none."""
    return "" if source.kind == FEED else split(source)[0]


def first_field(found: Listener) -> Field | None:
    """What a place is called in one word, where the kind has one."""
    return next(iter(found.place_fields), None)


def account_for(home: Home, found: Listener, account: str | None) -> Account | None:
    """The account said, or the only one of that kind; None where none is needed.

    Raises KnownError `no_such_account`, `account_needed`, `which_account`.
    """
    if account:
        one = accounts.find(home, account)
        if one.kind != found.kind:
            raise KnownError(
                "account_needed",
                _("This account is not one of {title}.").format(title=found.title),
                _("Choose an account of that kind, or add one."),
            )
        return one
    if not found.needs_account:
        return None
    of_kind = [one for one in accounts.everything(home) if one.kind == found.kind]
    match of_kind:
        case [one]:
            return one
        case []:
            raise account_needed(found)
        case _:
            raise KnownError(
                "which_account",
                _("There are several accounts of {title}.").format(title=found.title),
                _("Say which one: {ids}.").format(ids=", ".join(one.id for one in of_kind)),
            )


def account_needed(found: Listener) -> KnownError:
    return KnownError(
        "account_needed",
        _("{title} needs an account to read from.").format(title=found.title),
        _("Set one up first."),
    )


def what_of(found: Listener, said: Mapping[str, str]) -> str:
    """The place that the filled fields make. Raises what `accounts.filled` and the kind do."""
    return found.what(accounts.filled(found.title, found.place_fields, said))


def ask(
    home: Home, source: Source, cancelled: Cancelled | None = None, cursor: str | None = None
) -> Round:
    """All that is new at a source since its cursor. Raises KnownError; nothing is stored.

    Raises OvertakenError where it failed by an account that was changed meanwhile.
    """
    found = listener(home, source.kind)
    account, what = split(source)
    place = place_of(home, account, what, allow_private=source.allow_private)
    try:
        began = source.state.cursor if cursor is None else cursor
        got = listen(home, found, place, began, cancelled)
    except KnownError as error:
        if error.code == "cancelled":
            raise
        if place != place_of(home, account, what, allow_private=source.allow_private):
            raise OvertakenError from error
        raise
    return replace(got, heard=tuple(addressed(source.kind, account, one) for one in got.heard))


def addressed(kind: str, account: str, one: Heard) -> Heard:
    """With the account in its `target` by which the place is read: by that it is answered, too."""
    return replace(one, target=address(kind, account, one.target)) if one.target else one


def place_of(home: Home, account: str, what: str, *, allow_private: bool) -> Place:
    if not account:
        return Place(what, allow_private=allow_private)
    try:
        one = accounts.find(home, account)
    except KnownError as error:  # its number says nothing to anybody
        raise accounts.gone() from error
    private = allow_private or in_own_network(one)
    secret = home.secrets.get(secret_name(one.id))
    if secret is None and lockbox.is_closed(home.secrets):
        raise lockbox.locked()
    return Place(what, one, home.passwords.note(secret), private)


def listen(
    home: Home, found: Listener, place: Place, cursor: str, cancelled: Cancelled | None
) -> Round:
    """One round and those that follow at once, as one.

    Where one of those that follow fails, what came before it is not asked for again: the failure
    is met at the next turn, if it lasts. A plug-in that breaks fails its own source only: it is a
    KnownError then, and in the log.
    """
    tools = Tools(home.web, home.apart, home.clock.read().wall, cancelled)
    heard: dict[str, Heard] = {}
    gone: dict[str, None] = {}
    unread, gave_up = 0, False
    began = home.clock.read().ticks
    got: Round | None = None
    for _page in range(PAGES):
        try:
            got = _one_round(found, place, cursor, tools)
        except KnownError as error:
            if got is None or error.code == "cancelled":
                raise
            got = BrokenOff(**{one.name: getattr(got, one.name) for one in fields(got)})
            break
        heard |= {one.key: one for one in got.heard}
        gone |= dict.fromkeys(got.gone)
        unread, gave_up = unread + got.unread, gave_up or got.gave_up
        stuck, cursor = got.cursor == cursor, got.cursor
        late = home.clock.read().ticks - began > LONGEST
        if not got.more or stuck or late or got.wait_until is not None:
            break
        if cancelled and cancelled():
            break
    if got is None:
        raise AssertionError("there is always a first round")
    told = tuple(heard.values())
    return replace(got, heard=told, gone=tuple(gone), unread=unread, gave_up=gave_up)


def _one_round(found: Listener, place: Place, cursor: str, tools: Tools) -> Round:
    try:
        got = found.listen(place, cursor, tools)
    except KnownError:
        raise
    except Exception as error:
        # Not what it says, which may be out of somebody's message.
        where = traceback.extract_tb(error.__traceback__)[-1]
        _log.error("%s in %s, line %s", type(error).__name__, where.filename, where.lineno)
        raise _broke(found) from error
    if len(got.cursor) > CURSOR_LIMIT:
        _log.error("%s remembers more than a cursor may hold", found.kind)
        raise _broke(found)
    return got


def _broke(found: Listener) -> KnownError:
    return KnownError(
        "listener_broke",
        _("{title} could not be read: our program stumbled over what came.").format(
            title=found.title
        ),
        _("Everything else goes on. It is tried again by itself; if it stays, please report it."),
    )
