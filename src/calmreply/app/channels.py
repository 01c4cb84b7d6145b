"""The channel port: a way by which a reply leaves. Channels are plug-ins.

Found by the entry point group `calmreply.channels`; our own are registered the same way. A
settings form is built from the declared fields. The outbox must see each stage of a send, so a
channel never retries by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from calmreply.app.ports import Cancelled
from calmreply.app.storage import Account
from calmreply.domain.outbox import Outcome

HAND = "hand"


@dataclass(frozen=True, slots=True)
class Field:
    """One setting of an account. `words` is its label, `hint` an example or explanation.

    `secret` fields are kept in the keyring and never among the settings; a channel has at most
    one. `choices` restricts the value where not empty, `file` says that it names a file of
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


@dataclass(frozen=True, slots=True)
class SendResult:
    """How a send ended. `reference` is the site's id or link, `words` its reason in plain words.

    `UNKNOWN` whenever it may have arrived; `NOT_LEFT` only if nothing can have.
    """

    outcome: Outcome
    words: str = ""
    reference: str = ""


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
        """Whether it can tell by itself if a reply is there or the mention has changed."""
        ...

    @property
    def max_length(self) -> int | None: ...

    def length(self, text: str) -> int:
        """The length of a text as the site counts it."""
        ...

    def target_fits(self, target: str) -> bool:
        """Whether a reply could go to this target at all."""
        ...

    def test(self, account: Account, secret: str | None) -> None:
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
        self,
        account: Account,
        secret: str | None,
        wire: bytes,
        key: str,
        cancelled: Cancelled | None = None,
    ) -> SendResult:
        """One attempt, no retry inside; never raises for anything the network or site does."""
        ...
