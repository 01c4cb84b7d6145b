"""The journal: an append-only chain of signed lines that proves what happened, and when.

A line holds ids, kind, actor, time and a salted SHA-256 of its payload; payload and salt stand
apart, so that they can be erased for a person who wants to be forgotten, and the chain still
verifies. Each line is signed by its actor's key or by the installation's own key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from calmreply.domain import codec

DOMAIN = b"CalmReply journal v1\n"
START = "0" * 64
"""What the first line names as the hash before it."""

Verify = Callable[[bytes, bytes, bytes], bool]
"""(public key, message, signature) -> whether it holds."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `actor` is a person's id or empty for the program itself; `at` is wall time.

    `subject` names what it is about where the database enforces something about it (a reply).
    """

    number: int
    before: str
    kind: str
    case: str
    subject: str
    actor: str
    at: str
    payload_hash: str
    key_id: str
    signature: bytes = b""

    @property
    def hash(self) -> str:
        """SHA-256 over everything but the signature."""
        return hashlib.sha256(self.words()).hexdigest()

    def words(self) -> bytes:
        """The bytes that are signed."""
        return DOMAIN + codec.canonical(
            {
                "number": self.number,
                "before": self.before,
                "kind": self.kind,
                "case": self.case,
                "subject": self.subject,
                "actor": self.actor,
                "at": self.at,
                "payload": self.payload_hash,
                "key": self.key_id,
            }
        )


@dataclass(frozen=True, slots=True)
class Written:
    """A line with its payload; `payload` and `salt` are None once erased."""

    line: Line
    payload: str | None
    salt: bytes | None

    def data(self) -> Any:
        return None if self.payload is None else json.loads(self.payload)


def payload_hash(salt: bytes, payload: str) -> str:
    return hashlib.sha256(salt + payload.encode("utf-8", "surrogatepass")).hexdigest()


class Flaw(Enum):
    """What is wrong with a line; the words stand in `app.wording`."""

    OUT_OF_ORDER = "out_of_order"
    CHAIN_BROKEN = "chain_broken"
    PAYLOAD_CHANGED = "payload_changed"
    UNKNOWN_KEY = "unknown_key"
    BAD_SIGNATURE = "bad_signature"
    WRONG_ACTOR = "wrong_actor"
    HEAD_MISSING = "head_missing"


@dataclass(frozen=True, slots=True)
class Broken:
    """The first line that does not hold."""

    number: int
    flaw: Flaw


@dataclass(frozen=True, slots=True)
class Whole:
    """A chain that holds, up to its head. `erased` counts payloads that were taken out."""

    lines: int
    head: str
    erased: int


KEY_KINDS = ("enrolled", "installation_key")
"""Lines whose payload brings a public key into the chain (`key_id`, `public`)."""


def verify(
    lines: Iterable[Written], check: Verify, kept_head: tuple[int, str] | None = None
) -> Whole | Broken:
    """Walk the chain. `kept_head` is (number, hash) as last kept outside the database.

    Keys enter by the lines of `KEY_KINDS` and count from there on; a key's own first line is
    signed by itself or by a key already known. A line signed by a person's key must name that
    person as its actor.
    """
    keys: dict[str, tuple[str, bytes]] = {}
    before, number, erased, head_seen = START, 0, 0, kept_head is None
    for written in lines:
        line = written.line
        number += 1
        flaw = _chain_flaw(line, number, before) or _payload_flaw(written)
        if flaw is None:
            if line.kind in KEY_KINDS and written.payload is not None:
                _learn(keys, written)
            flaw = _signature_flaw(line, keys, check)
        if flaw is not None:
            return Broken(number, flaw)
        erased += written.payload is None
        before = line.hash
        head_seen = head_seen or kept_head == (number, before)
    if not head_seen:
        return Broken(kept_head[0] if kept_head else number, Flaw.HEAD_MISSING)
    return Whole(number, before, erased)


def _chain_flaw(line: Line, number: int, before: str) -> Flaw | None:
    if line.number != number:
        return Flaw.OUT_OF_ORDER
    return None if line.before == before else Flaw.CHAIN_BROKEN


def _payload_flaw(written: Written) -> Flaw | None:
    if written.payload is None or written.salt is None:
        return None
    same = payload_hash(written.salt, written.payload) == written.line.payload_hash
    return None if same else Flaw.PAYLOAD_CHANGED


def _learn(keys: dict[str, tuple[str, bytes]], written: Written) -> None:
    data = written.data()
    keys.setdefault(data["key_id"], (data.get("person", ""), bytes.fromhex(data["public"])))


def _signature_flaw(line: Line, keys: dict[str, tuple[str, bytes]], check: Verify) -> Flaw | None:
    known = keys.get(line.key_id)
    if known is None:
        return Flaw.UNKNOWN_KEY
    person, public = known
    if person and line.actor != person:
        return Flaw.WRONG_ACTOR
    return None if check(public, line.words(), line.signature) else Flaw.BAD_SIGNATURE
