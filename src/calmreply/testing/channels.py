"""A channel whose every send ends as its script says, for tests and for the rehearsal.

It has no network. What "arrived" stands in `delivered`, whatever the sender was told: an answer
can get lost after the delivery, and a program can be killed in the middle of it.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from calmreply.app.ports import Tools
from calmreply.app.ports.channels import Field, Found, Rules, Seen, SendResult
from calmreply.app.ports.storage import Account
from calmreply.domain import codec
from calmreply.domain.outbox import Outcome, Showing
from calmreply.domain.reply import Address
from calmreply.errors import KnownError


class Killed(BaseException):
    """The program dies at this very moment. No `except Exception` catches it, as none can."""


@dataclass(frozen=True, slots=True)
class Step:
    """How one send ends: what the sender is told, and whether the message arrives.

    `dies`: nobody is told anything, `Killed` is raised.
    """

    result: SendResult
    arrives: bool = False
    dies: bool = False


DELIVERED: Final = Step(SendResult(Outcome.DELIVERED), arrives=True)
REFUSED: Final = Step(SendResult(Outcome.REFUSED, "There is no such address there."))
TRY_LATER: Final = Step(SendResult(Outcome.TRY_LATER, "That mailbox is full."))
NOT_LEFT: Final = Step(SendResult(Outcome.NOT_LEFT, "There is no connection."))
ANSWER_LOST: Final = Step(SendResult(Outcome.UNKNOWN, "The connection ended."), arrives=True)
CUT: Final = Step(SendResult(Outcome.UNKNOWN, "The connection ended."))
KILLED_BEFORE: Final = Step(SendResult(Outcome.UNKNOWN), dies=True)
KILLED_AFTER: Final = Step(SendResult(Outcome.UNKNOWN), arrives=True, dies=True)


@dataclass(frozen=True, slots=True)
class Delivered:
    """A message that arrived."""

    account: str
    key: str
    wire: bytes

    @property
    def text(self) -> str:
        return self._said("text")

    @property
    def subject(self) -> str:
        return self._said("subject")

    @property
    def target(self) -> str:
        return self._said("target")

    def _said(self, name: str) -> str:
        return str(json.loads(self.wire)[name])


class ScriptedChannel:
    """`app.ports.channels.Channel` by script; a send without one left is delivered.

    `during` is called in the middle of each send, before anything arrives. `trouble` is what
    `test` raises, `blind` what a look does. `seen` is what stands where a reply goes (None: it
    cannot be seen), `showing` how a reply that arrived stands there. Every method may be
    called from any thread. One that repeats safely keeps one message for each key.
    """

    def __init__(
        self,
        kind: str = "mail",
        title: str = "E-mail",
        *,
        fields: tuple[Field, ...] = (),
        max_length: int | None = None,
        can_look: bool = False,
        repeats_safely: bool = False,
        answers: tuple[str, ...] = (),
    ) -> None:
        self.kind = kind
        self.title = title
        self.fields = fields
        self.max_length = max_length
        self.can_look = can_look
        self.repeats_safely = repeats_safely
        self.answers = answers
        self.seen: Seen | None = None
        self.blind: KnownError | None = None
        self.showing = Showing.SHOWN
        self.during: Callable[[], None] | None = None
        self.trouble: KnownError | None = None
        self._lock = threading.Lock()
        self._script: deque[Step] = deque()
        self._delivered: list[Delivered] = []
        self._attempts: list[str] = []

    def will(self, *steps: Step) -> None:
        """Add to the script: the next sends end like this, one after the other."""
        with self._lock:
            self._script.extend(steps)

    @property
    def delivered(self) -> tuple[Delivered, ...]:
        """Everything that arrived, in order."""
        with self._lock:
            return tuple(self._delivered)

    @property
    def attempts(self) -> tuple[str, ...]:
        """The keys of all sends that were begun, in order."""
        with self._lock:
            return tuple(self._attempts)

    def appeared(self, key: str) -> bool:
        """Whether somebody who looked at the place would find it there."""
        return any(message.key == key for message in self.delivered)

    def rules(self, site: str) -> Rules:  # noqa: ARG002 - it has one rule for all
        return Rules(max_length=self.max_length)

    def length(self, text: str) -> int:
        return len(text)

    def target_fits(self, target: str) -> bool:
        return bool(target.strip()) and target.isprintable()

    def test(
        self,
        account: Account,  # noqa: ARG002 - it is scripted
        secret: str | None,  # noqa: ARG002
        tools: Tools,  # noqa: ARG002
    ) -> None:
        if self.trouble is not None:
            raise self.trouble

    def key(self, token: str, account: Account | None) -> str:  # noqa: ARG002 - it needs none
        return f"{self.kind}-{token}"

    def render(
        self, record: Mapping[str, Any], account: Account | None, key: str, created: str
    ) -> bytes:
        """Raises KnownError `bad_text`, as a real channel does for what no wire can carry."""
        said = {name: record[name] for name in ("target", "thread", "subject", "text")}
        wire = codec.canonical(
            {**said, "key": key, "created": created, "account": account.id if account else ""}
        )
        try:
            wire.decode()
        except UnicodeDecodeError as error:
            raise KnownError("bad_text", "A broken character.", "Delete it.") from error
        return wire

    def send(
        self,
        account: Account,
        secret: str | None,  # noqa: ARG002 - nobody asks for it
        wire: bytes,
        key: str,
        tools: Tools,
    ) -> SendResult:
        if tools.cancelled is not None and tools.cancelled():
            return SendResult(Outcome.NOT_LEFT, "It was stopped before anything was sent.")
        with self._lock:
            self._attempts.append(key)
            step = self._script.popleft() if self._script else DELIVERED
        if self.during is not None:
            self.during()
        if step.arrives:
            with self._lock:
                if not (self.repeats_safely and any(m.key == key for m in self._delivered)):
                    self._delivered.append(Delivered(account.id, key, wire))
        if step.dies:
            raise Killed
        if step.result.outcome is Outcome.DELIVERED and not step.result.reference:
            return SendResult(Outcome.DELIVERED, step.result.words, reference=key)
        return step.result

    def see(
        self,
        account: Account,  # noqa: ARG002 - it is scripted
        secret: str | None,  # noqa: ARG002
        to: Address,  # noqa: ARG002
        tools: Tools,  # noqa: ARG002
    ) -> Seen:
        """Raises what `blind` holds; where nothing was scripted, it cannot be seen."""
        if self.blind is not None:
            raise self.blind
        if self.seen is None:
            raise KnownError("too_slow", "The site answers too slowly.", "Try again later.")
        return self.seen

    def find(
        self,
        account: Account,  # noqa: ARG002 - it is scripted
        secret: str | None,  # noqa: ARG002
        wire: bytes,  # noqa: ARG002
        key: str,
        tools: Tools,  # noqa: ARG002
    ) -> Found:
        if self.blind is not None:
            raise self.blind
        return Found(self.showing, key) if self.appeared(key) else Found(Showing.ABSENT)
