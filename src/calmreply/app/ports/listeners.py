"""The listening port: a kind of place that is asked, again and again, what is new there.

A listener is a plug-in of the entry point group `calmreply.channels`, like the channels by which
replies leave; one object may be both. It keeps nothing itself: where it stands is its `cursor`,
which is stored with the source, and the network and the parsing of what strangers wrote come in as
`Tools`, so that every plug-in lives under the same limits.

A source of a kind other than `feed` has the address `KIND:ACCOUNT/WHAT`, or `KIND:/WHAT` where no
account is needed; `WHAT` is the listener's own (a folder, `notifications`, `tag:bakery`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from calmreply.app.ports import Tools, Web
from calmreply.app.ports.channels import Connects, Field
from calmreply.app.ports.storage import Account
from calmreply.domain.mention import Heard
from calmreply.errors import KnownError

CURSOR_LIMIT = 20_000
"""Characters of a cursor that are kept; a listener that says more is at fault."""


NOT_ALL = "not_all_shown"
"""The code of what a round `lacks`."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where to listen: the listener's own word for it, and the account that opens it, if any.

    `allow_private`: the person allowed this source to stand in their own network.
    """

    what: str
    account: Account | None = None
    secret: str | None = None
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class Round:
    """What one round brought.

    `cursor` goes into the next round as it is. `gone` are keys of mentions that the place itself
    says are no longer there (never those merely absent). `more`: there is more to fetch at once.
    `unread` counts single entries that could not be read; they are passed over, not waited for.
    `gave_up`: there was so much since the last round that what lies furthest back was not read.
    `returned`: names of what left from here and came back undelivered, each with the reason.
    `outside_time` as in `Download`. `wait_until` (UTC): the place asked not to be asked before.
    `lacks`: what of the place is not shown to this account, though it was asked for; else None.
    """

    title: str
    heard: tuple[Heard, ...]
    cursor: str = ""
    gone: tuple[str, ...] = ()
    more: bool = False
    unread: int = 0
    gave_up: bool = False
    outside_time: datetime | None = None
    wait_until: datetime | None = None
    returned: tuple[tuple[str, str], ...] = ()
    lacks: KnownError | None = None


class Listener(Connects, Protocol):
    """One kind of place. Everything may take up to a minute: never on the Qt thread."""

    @property
    def needs_account(self) -> bool: ...

    @property
    def place_fields(self) -> tuple[Field, ...]:
        """What a source asks for beside its account; none of them is secret."""
        ...

    def sign_in(
        self, account: Account, secret: str | None, web: Web, *, allow_private: bool = False
    ) -> None:
        """Connect and sign in, to see whether it works. Raises KnownError with the reason.

        `allow_private`: the person allowed it to stand in their own network, as in `Place`.
        """
        ...

    def what(self, said: Mapping[str, str]) -> str:
        """The filled `place_fields` as one word for `Place.what`; the same for the same place.

        Raises KnownError with the reason where they make no place.
        """
        ...

    def listen(self, place: Place, cursor: str, tools: Tools) -> Round:
        """One round; `cursor` is empty at the first. Raises KnownError, and loses nothing then.

        Codes the person can do something about: `sign_in_again` (wrong or withdrawn password),
        `not_allowed`, `no_such_place`; passing ones are those of `Web` and `answers`.
        """
        ...


@runtime_checkable
class ShowsLess(Protocol):
    """A listener of which an account may sign in and still not be shown everything."""

    def lacks(
        self, account: Account, secret: str | None, web: Web, *, allow_private: bool = False
    ) -> KnownError | None:
        """What is not shown to this account, and what can be done; None where all is.

        `allow_private` as for `sign_in`, and raises what that does.
        """
        ...


@runtime_checkable
class OpenToAll(Protocol):
    """A listener of which a part can be read as a feed, without an account."""

    @property
    def without_account(self) -> str:
        """What is read then, and what is not, in one sentence."""
        ...

    def public_feeds(self, address: str, named: Sequence[str]) -> tuple[str, ...]:
        """Where that feed may be, likeliest first; `named` are those that the page there names."""
        ...
