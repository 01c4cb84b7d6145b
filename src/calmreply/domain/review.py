"""A second pair of eyes: the canonical record, asking, signing, asking for changes.

A sign-off is a signature over one canonical record: every field that decides what the world will
see, and who asked whom when. The record is rebuilt from our own rows whenever it is checked; a
changed field, one invisible character included, gives other bytes, and the signature does not
hold for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any, NewType

from calmreply.domain import codec
from calmreply.domain.moment import Now, Reading
from calmreply.domain.people import PersonId
from calmreply.domain.reply import ReplyId, RevisionId

RequestId = NewType("RequestId", str)

DOMAIN = b"CalmReply sign-off v1\n"
"""Put before the canonical bytes, so that a signature over them can mean nothing else."""

REMARK_DOMAIN = b"CalmReply remark v1\n"
"""The same for a remark from far away."""


class Tick(Enum):
    """What the reviewer says by ticking. `NOT_PRIVATE` only where something looked private."""

    TRUE = "true"
    KIND = "kind"
    PROMISE = "promise"
    PRIVATE = "private"
    NOT_PRIVATE = "not_private"


class Impression(Enum):
    """What a reply says to somebody who does not know yet what it answers."""

    WARM = "warm"
    FAIR = "fair"
    COLD = "cold"
    DEFENSIVE = "defensive"
    UNCLEAR = "unclear"


NEEDED = (Tick.TRUE, Tick.KIND, Tick.PROMISE, Tick.PRIVATE)


@dataclass(frozen=True, slots=True)
class SignOffAsked:
    """`expires` and `requested` are the wall times (RFC 3339) that stand in the record."""

    request: RequestId
    reply: ReplyId
    revision: RevisionId
    reviewer: PersonId
    nonce: str
    requested: str
    expires: str
    by: PersonId
    at: Reading


@dataclass(frozen=True, slots=True)
class SignedOff:
    """`ticks` in the order of `Tick`; `record` is the canonical text that was shown and signed.

    `hurry` is the digest of the emergency the signer was told of, empty where there was none;
    `impression` what the words said to them before they knew what is answered, if they read so;
    `note` what else they say, or empty.
    """

    request: RequestId
    reply: ReplyId
    revision: RevisionId
    ticks: tuple[Tick, ...]
    key_id: str
    record: str
    signature: bytes
    by: PersonId
    at: Reading
    hurry: str = ""
    impression: Impression | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class PacketMade:
    """A packet about a request went to somebody's packet key.

    `salt` hides where a private reply goes; `digest` is of the record as the packet holds it, and
    `hurry` of the emergency it tells of, empty where there is none.
    """

    request: RequestId
    key_id: str
    salt: str
    digest: str
    by: PersonId
    at: Reading
    hurry: str = ""


@dataclass(frozen=True, slots=True)
class ChangesAsked:
    """The reviewer would not sign this revision, and why; `suggestion` is the whole text they would
    like better, empty where they propose none.

    From far away both are signed, too: `signature` by packet key `key_id` over `record`.
    """

    reply: ReplyId
    revision: RevisionId
    text: str
    by: PersonId
    at: Reading
    request: RequestId | None = None
    key_id: str = ""
    record: str = ""
    signature: bytes = b""
    suggestion: str = ""
    impression: Impression | None = None


@dataclass(frozen=True, slots=True)
class SignOffWithdrawn:
    request: RequestId
    by: PersonId
    at: Reading


def signed_bytes(record: str) -> bytes:
    """What is signed for a canonical record."""
    return DOMAIN + record.encode("utf-8", "surrogatepass")


def remark_bytes(record: str) -> bytes:
    """What is signed for a remark from far away."""
    return REMARK_DOMAIN + record.encode("utf-8", "surrogatepass")


def canonical_text(record: dict[str, Any]) -> str:
    return codec.canonical(record).decode("utf-8", "surrogatepass")


def expired(asked: SignOffAsked, now: Now, holds_minutes: int) -> bool:
    """Whether a request (and a sign-off given to it) has lapsed by time.

    Counts unsure time too: where the clock is in doubt, a sign-off rather lapses.
    """
    return now.since(asked.at).at_most > timedelta(minutes=holds_minutes)


def all_ticked(ticks: tuple[Tick, ...]) -> bool:
    return all(tick in ticks for tick in NEEDED)
