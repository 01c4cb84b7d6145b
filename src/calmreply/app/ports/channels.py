"""The channel port: a way by which a reply leaves. Channels are plug-ins.

Found by the entry point group `calmreply.channels`; our own are registered the same way. A
settings form is built from the declared fields. The outbox must see each stage of a send, so a
channel never retries by itself.

A channel may be able to look at the place of a reply (`Looks`), and to moderate what stands on the
shop's own site (`Moderates`): it has the methods then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any, Protocol

from calmreply.app.ports import Tools
from calmreply.app.ports.storage import Account
from calmreply.domain.mention import Heard
from calmreply.domain.outbox import Outcome, Showing
from calmreply.domain.own_site import Moderation
from calmreply.domain.reply import Address
from calmreply.errors import KnownError

HAND = "hand"
SIGN_IN_AGAIN = "sign_in_again"
"""The `code` of a result that only a new password or token mends."""


@dataclass(frozen=True, slots=True)
class Field:
    """One setting of an account. `words` is its label, `hint` an example or explanation.

    `secret` fields are kept in the keyring and never among the settings; a channel has at most
    one. `choices` restricts the value where not empty, and `called` are their words, in the same
    order (none: they are called as they are). `file` says that it names a file of
    this computer, which the window lets a person choose.
    """

    name: str
    words: str
    hint: str = ""
    default: str = ""
    required: bool = True
    secret: bool = False
    choices: tuple[str, ...] = ()
    file: bool = False
    called: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.called and len(self.called) != len(self.choices):
            raise ValueError(f"{self.name} has other choices than words for them")


class Unit(Enum):
    """In what a site counts the length of a text."""

    CHARACTERS = "characters"
    GRAPHEMES = "graphemes"
    BYTES = "bytes"


class Dislikes(Enum):
    """What a site rejects in a reply, or makes dear."""

    CONTACT = "contact"
    LINKS = "links"
    REPEATED_WORDING = "repeated_wording"
    MARKUP = "markup"


@dataclass(frozen=True, slots=True)
class Rules:
    """What a place allows, shown while somebody writes.

    `max_length` is in `unit`; None: there is none that we know. `told`: one sentence about who gets
    to know of a reply, or empty. `can_edit`, `can_delete`: later, at the site; None: who knows.
    `open_to_all`: everybody gets to see every reply there, whoever sees what it answers by now.
    """

    max_length: int | None = None
    unit: Unit = Unit.CHARACTERS
    can_edit: bool | None = None
    can_delete: bool | None = None
    told: str = ""
    dislikes: tuple[Dislikes, ...] = ()
    open_to_all: bool = False


@dataclass(frozen=True, slots=True)
class SendResult:
    """How a send ended. `reference` is the site's id, `link` where it stands, if there is a page;
    `words` the site's reason in plain words, and `code` `SIGN_IN_AGAIN` or empty.

    `UNKNOWN` whenever it may have arrived; `NOT_LEFT` only if nothing can have. `wait`: not to be
    tried again before. `pending`: it arrived, and the site shows it only once somebody allows it.
    """

    outcome: Outcome
    words: str = ""
    reference: str = ""
    link: str = ""
    code: str = ""
    wait: timedelta | None = None
    pending: bool = False


@dataclass(frozen=True, slots=True)
class Ours:
    """An answer that our account has given there, by the names of a `SendResult`."""

    reference: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A mention as its site has it now: `heard`, or None where the site says that it is gone.

    `answered`: the site shows an answer of ours under it that is newer than any we know of. Where
    the site does not tell which of ours came from here, they all stand in `ours`, newest first,
    and it is for the program to find out.
    """

    heard: Heard | None
    answered: str = ""
    ours: tuple[Ours, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A reply of ours as its site has it now; `words` is the site's reason where it has one."""

    showing: Showing
    reference: str = ""
    link: str = ""
    words: str = ""


class LookLaterError(KnownError):
    """It cannot be seen just now, because the site wants no question for so long."""

    def __init__(self, words: str, way_out: str, wait: timedelta) -> None:
        super().__init__("asked_to_wait", words, way_out)
        self.wait = wait


class Connects(Protocol):
    """What every plug-in says of itself."""

    @property
    def kind(self) -> str: ...

    @property
    def title(self) -> str:
        """How a person calls it ("E-mail")."""
        ...

    @property
    def fields(self) -> tuple[Field, ...]:
        """What an account of it has."""
        ...


class Channel(Connects, Protocol):
    """One kind of way out. Methods with network may take up to a minute: not on the Qt thread."""

    @property
    def can_look(self) -> bool:
        """Whether it is also a `Looks`."""
        ...

    @property
    def repeats_safely(self) -> bool:
        """Whether the same bytes sent twice can never make two replies, whatever was answered."""
        ...

    @property
    def answers(self) -> tuple[str, ...]:
        """Kinds of sources whose mentions it can answer where they stand, by their `target`."""
        ...

    def rules(self, site: str) -> Rules:
        """What `site` allows, as a mention names it ("Google")."""
        ...

    def length(self, text: str) -> int:
        """The length of a text as the site counts it, in the unit of `rules`."""
        ...

    def target_fits(self, target: str) -> bool:
        """Whether a reply could go to this target at all."""
        ...

    def test(self, account: Account, secret: str | None, tools: Tools) -> None:
        """Connects and signs in, sends nothing. Raises KnownError with the reason."""
        ...

    def key(self, token: str, account: Account | None) -> str:
        """Our own id for a reply on this channel, made from a fresh token (a Message-ID)."""
        ...

    def render(
        self, record: Mapping[str, Any], account: Account | None, key: str, created: str
    ) -> bytes:
        """The wire bytes of a canonical record; pure. `created` is RFC 3339 UTC."""
        ...

    def send(
        self, account: Account, secret: str | None, wire: bytes, key: str, tools: Tools
    ) -> SendResult:
        """One attempt, no retry inside; never raises for anything the network or site does."""
        ...


class Looks(Channel, Protocol):
    """A channel that can look at the place by itself.

    Both raise KnownError where it cannot be seen just now; nothing follows from that.
    """

    def see(self, account: Account, secret: str | None, to: Address, tools: Tools) -> Seen:
        """What a reply to this address would answer, as it stands there now."""
        ...

    def find(
        self, account: Account, secret: str | None, wire: bytes, key: str, tools: Tools
    ) -> Found:
        """Whether the reply of these bytes and key stands there: `Showing.ABSENT` if it does not.

        Found by the key where the site keeps it, else by author, place and words.
        """
        ...


class Moderates(Channel, Protocol):
    """A channel of the shop's own site."""

    def moderate(
        self, account: Account, secret: str | None, to: Address, what: Moderation, tools: Tools
    ) -> None:
        """Do it. Raises KnownError with the reason; doing it twice is no error."""
        ...
