"""The journal: an append-only chain of signed lines that proves what happened, and when.

A line holds ids, kind, actor, time and a salted SHA-256 of its payload; payload and salt stand
apart, so that they can be erased for a person who wants to be forgotten, and the chain still
verifies. Each line is signed by its actor's key or by the installation's own key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from calmreply.domain import codec
from calmreply.domain.people import PersonId, enrolment_words, is_packet_key
from calmreply.domain.review import remark_bytes, signed_bytes

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
    """What is wrong with a line; the words stand in `app.words.wording`.

    `CLOCK_CHANGED`: the lines hold, but not what is kept beside them of the time that passed.
    """

    OUT_OF_ORDER = "out_of_order"
    CHAIN_BROKEN = "chain_broken"
    PAYLOAD_CHANGED = "payload_changed"
    UNKNOWN_KEY = "unknown_key"
    BAD_SIGNATURE = "bad_signature"
    WRONG_ACTOR = "wrong_actor"
    REVOKED_KEY = "revoked_key"
    HEAD_MISSING = "head_missing"
    CLOCK_CHANGED = "clock_changed"
    RULES_LOOSENED = "rules_loosened"
    BACK_IN_TIME = "back_in_time"


@dataclass(frozen=True, slots=True)
class Broken:
    """The first line that does not hold."""

    number: int
    flaw: Flaw


@dataclass(frozen=True, slots=True)
class Whole:
    """A chain that holds, up to its head. `erased` counts payloads that were taken out.

    `own_word`: the lines by which an installation's key came in on nobody's word but its own,
    after there were other keys. So it is after a lost keyring; so it would be, too, if somebody
    wrote into the database with a key of their own.
    """

    lines: int
    head: str
    erased: int
    own_word: tuple[int, ...] = ()


ENROLLED, INSTALLATION_KEY = KEY_KINDS = ("enrolled", "installation_key")
"""Lines whose payload brings a public key into the chain (`key_id`, `public`). Their payloads are
never erased: without the public key nobody could check what it signed."""
REVOKED = "packet_key_revoked"
ANSWERS: Mapping[str, Callable[[str], bytes]] = {
    "signed_off": signed_bytes,
    "changes_asked": remark_bytes,
}
"""What may come from far away: the line is the program's, the signature in it the reviewer's."""


@dataclass(frozen=True, slots=True)
class Key:
    """A public key of the chain. `person` is empty for an installation's own key.

    A packet key may have been `revoked`; no other key is.
    """

    person: str
    public: bytes
    revoked: bool = False


def verify(
    lines: Iterable[Written], check: Verify, kept_head: tuple[int, str] | None = None
) -> Whole | Broken:
    """Walk the chain. `kept_head` is (number, hash) as last kept outside the database.

    Keys enter by the lines of `KEY_KINDS` (`admit`) and count from there on. A line signed by a
    person's key must name that person as its actor.
    """
    keys: dict[str, Key] = {}
    own_word: list[int] = []
    before, number, erased, head_seen = START, 0, 0, kept_head in (None, (0, START))
    for written in lines:
        line = written.line
        number += 1
        known = line.key_id in keys
        flaw = chain_flaw(line, number, before) or admit(keys, written, check)
        if flaw is not None:
            return Broken(number, flaw)
        if not known and number > 1:
            own_word.append(number)
        erased += written.payload is None
        before = line.hash
        head_seen = head_seen or kept_head == (number, before)
    if not head_seen:
        return Broken(kept_head[0] if kept_head else number, Flaw.HEAD_MISSING)
    return Whole(number, before, erased, tuple(own_word))


def admit(keys: dict[str, Key], written: Written, check: Verify) -> Flaw | None:
    """Check a line against `keys` (by key id); a key line that holds adds its key to them.

    An installation's key may sign its own entry, since where a keyring was lost there is nobody
    else to do it. A person's key is let in by a key that is known, and `proof` shows that its
    owner holds the private half. A packet key is let in by its owner where they have a key already.
    A key id keeps its first meaning for ever.
    """
    flaw = payload_flaw(written)
    if flaw is not None:
        return flaw
    line = written.line
    bringing = brought(written)
    signer = keys.get(line.key_id)
    if signer is None and bringing and line.kind == INSTALLATION_KEY and bringing[0] == line.key_id:
        signer = bringing[1]
    flaw = _signature_flaw(line, signer, check) or _answer_flaw(keys, written, check)
    if flaw is None and line.kind == REVOKED:
        _revoke(keys, written)
    if flaw is None and bringing:
        if line.kind == ENROLLED and not _proven(written, bringing[1], check):
            return Flaw.BAD_SIGNATURE
        if is_packet_key(bringing[0]) and not _own_word(keys, bringing[1].person, line.actor):
            return Flaw.WRONG_ACTOR
        keys.setdefault(*bringing)
    return flaw


def chain_flaw(line: Line, number: int, before: str) -> Flaw | None:
    if line.number != number:
        return Flaw.OUT_OF_ORDER
    return None if line.before == before else Flaw.CHAIN_BROKEN


def payload_flaw(written: Written) -> Flaw | None:
    """Payload and salt are both there, or both erased."""
    if written.payload is None and written.salt is None:
        return None
    if written.payload is None or written.salt is None:
        return Flaw.PAYLOAD_CHANGED
    same = payload_hash(written.salt, written.payload) == written.line.payload_hash
    return None if same else Flaw.PAYLOAD_CHANGED


def brought(written: Written) -> tuple[str, Key] | None:
    """The key id and key that a line brings, or None where there is none that could be read."""
    if written.line.kind not in KEY_KINDS or written.payload is None:
        return None
    try:
        data = written.data()
        person = str(data["person"]) if written.line.kind == ENROLLED else ""
        found = str(data["key_id"]), Key(person, bytes.fromhex(data["public"]))
    except (KeyError, TypeError, ValueError):
        return None
    return found if person or written.line.kind == INSTALLATION_KEY else None


def _own_word(keys: Mapping[str, Key], person: str, actor: str) -> bool:
    """Whether a packet key comes in by its owner's word, if they have another key to give it by."""
    others = (one for key_id, one in keys.items() if not is_packet_key(key_id))
    return actor == person or all(one.person != person for one in others)


def _proven(written: Written, key: Key, check: Verify) -> bool:
    data = written.data()
    try:
        words = enrolment_words(PersonId(key.person), data["name"], key.public)
        return check(key.public, words, bytes.fromhex(data["proof"]))
    except (KeyError, TypeError, ValueError):
        return False


def _signature_flaw(line: Line, signer: Key | None, check: Verify) -> Flaw | None:
    if signer is None or is_packet_key(line.key_id):
        return Flaw.UNKNOWN_KEY
    if signer.person and line.actor != signer.person:
        return Flaw.WRONG_ACTOR
    return None if check(signer.public, line.words(), line.signature) else Flaw.BAD_SIGNATURE


def _answer_flaw(keys: Mapping[str, Key], written: Written, check: Verify) -> Flaw | None:
    """Whether an answer from far away carries the reviewer's own signature.

    The program names somebody as the actor of a line of its own only for such an answer.
    """
    line = written.line
    signer = keys.get(line.key_id)
    if signer is None or signer.person or not line.actor or written.payload is None:
        return None
    if not answers_from_afar(written):
        return Flaw.WRONG_ACTOR
    data = written.data()
    key = keys.get(data["key_id"])
    if key is None or (key.person, data["by"]) != (line.actor, line.actor):
        return Flaw.UNKNOWN_KEY
    if key.revoked:
        return Flaw.REVOKED_KEY
    words = ANSWERS[line.kind](data["record"])
    return None if check(key.public, words, bytes.fromhex(data["signature"])) else _BAD


_BAD = Flaw.BAD_SIGNATURE


def answers_from_afar(written: Written) -> bool:
    """Whether a line holds what somebody far away signed with a packet key of theirs."""
    if written.line.kind not in ANSWERS or written.payload is None:
        return False
    data = written.data()
    try:
        said = json.loads(data["record"])
        bytes.fromhex(data["signature"])
        same = said.get("remark") in (None, data.get("text")) and said["key"] == data["key_id"]
        same = same and said.get("suggestion", "") == data.get("suggestion", "")
        return same and is_packet_key(data["key_id"]) and bool(data["by"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return False


def _revoke(keys: dict[str, Key], written: Written) -> None:
    data = written.data() or {}
    key = keys.get(str(data.get("key_id")))
    if key is not None and is_packet_key(str(data["key_id"])):
        keys[data["key_id"]] = replace(key, revoked=True)
