"""Where the sign-off of the present words stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from calmreply.domain import record
from calmreply.domain.agreements import FIRST_WEEK
from calmreply.domain.calm import writers
from calmreply.domain.case import CaseFact, CaseFacts
from calmreply.domain.moment import Now, Reading
from calmreply.domain.outbox import state
from calmreply.domain.people import PersonId, is_packet_key
from calmreply.domain.policy import Policy
from calmreply.domain.review import (
    ChangesAsked,
    PacketMade,
    RequestId,
    SignedOff,
    SignOffAsked,
    SignOffWithdrawn,
    all_ticked,
    expired,
)


class Standing(Enum):
    """In which state the sign-off is."""

    NOT_ASKED = "not_asked"
    ASKED = "asked"
    SIGNED = "signed"
    LAPSED = "lapsed"
    CHANGES_ASKED = "changes_asked"


@dataclass(frozen=True, slots=True)
class SignOffState:
    """`asked` is the request that counts, `signed` the sign-off that holds, if any.

    `changes` were asked for these words and nobody has signed them since. `unanswered`: what lapsed
    is the request, and nobody had signed.
    """

    standing: Standing
    asked: SignOffAsked | None = None
    signed: SignedOff | None = None
    changes: ChangesAsked | None = None
    unanswered: bool = False


def sign_off_state(facts: CaseFacts, rules: Policy, now: Now) -> SignOffState:
    """The standing of the sign-off for the words as they are now."""
    revision = facts.revision
    if revision is None:
        return SignOffState(Standing.NOT_ASKED)
    good = holding(facts, rules, now)
    if good:
        return SignOffState(Standing.SIGNED, request(facts, good[0].request), good[0])
    changes = _changes(facts)
    asked = open_request(facts, rules, now)
    if asked is not None and (changes is None or _after(facts, asked, changes)):
        return SignOffState(Standing.ASKED, asked, changes=changes)
    if changes is not None:
        return SignOffState(Standing.CHANGES_ASKED, changes=changes)
    if _ever_signed(facts):
        return SignOffState(Standing.LAPSED)
    if _left_unanswered(facts, rules, now):
        return SignOffState(Standing.LAPSED, unanswered=True)
    return SignOffState(Standing.NOT_ASKED)


def request(facts: CaseFacts, request_id: RequestId) -> SignOffAsked | None:
    return next((one for one in facts.of(SignOffAsked) if one.request == request_id), None)


def open_request(facts: CaseFacts, rules: Policy, now: Now) -> SignOffAsked | None:
    """The newest request for the present words that still waits for an answer.

    Nobody waits for somebody who cannot sign (any more), or for words that are being changed.
    """
    if facts.draft_since:
        return None
    answered = _answered(facts)
    for asked in reversed(_requests(facts)):
        waiting = asked.request not in answered and may_sign(facts, asked.reviewer)
        if waiting and not expired(asked, now, rules.sign_off_holds):
            return asked
    return None


def may_sign(facts: CaseFacts, person: PersonId) -> bool:
    """Whether somebody could sign the present reply: active, and wrote none of its words."""
    known = facts.person(person)
    return known is not None and known.active and person not in writers(facts)


def is_new(
    facts: CaseFacts, person: PersonId, now: Now, at: Reading, key_id: str | None = None
) -> bool:
    """Whether the key somebody signs with was in its first week then, as far as time surely passed.

    Each key is new by itself: one that took the place of another, too. Without a `key_id`, whether
    all of those they could sign with were.
    """
    known = facts.person(person)
    if known is None:
        return True
    keys = known.signing_keys if key_id is None else (key_id,)
    entered = [known.since_of(one) for one in keys] or [known.since]
    return all(now.between(since, at).sure < FIRST_WEEK for since in entered)


def binds(facts: CaseFacts, rules: Policy, signed: SignedOff) -> bool:
    """Whether a sign-off is for exactly what our rows say now, by somebody who may give it.

    The signature itself is checked by whoever filled `facts.genuine`. A request is answered once.
    """
    asked = next((one for one in _requests(facts) if one.request == signed.request), None)
    what = record.present(facts, rules)
    answers = [one for one in facts.of(SignedOff) if one.request == signed.request]
    if asked is None or what is None or signed.request not in facts.genuine or len(answers) > 1:
        return False
    salt = _salt(facts, signed)
    if salt is None:
        return False
    said = record.hurry_named(facts, signed.hurry)
    if signed.hurry and said is None:
        return False
    rebuilt = record.for_signing(what, asked, signed.key_id, signed.ticks, salt, said=said)
    return (
        rebuilt == signed.record
        and signed.by == asked.reviewer
        and all_ticked(signed.ticks)
        and may_sign(facts, signed.by)
    )


def _salt(facts: CaseFacts, signed: SignedOff) -> str | None:
    """Of the packet that was answered, empty where somebody signed here; None: there was none."""
    if not is_packet_key(signed.key_id):
        return ""
    made = packet(facts, signed.request, signed.key_id)
    return made.salt if made else None


def packet(facts: CaseFacts, request_id: RequestId, key_id: str) -> PacketMade | None:
    """The packet about a request that went to that key; made twice, it is the first one again."""
    made = facts.of(PacketMade)
    return next((one for one in made if (one.request, one.key_id) == (request_id, key_id)), None)


def holding(facts: CaseFacts, rules: Policy, now: Now) -> tuple[SignedOff, ...]:
    """The sign-offs that hold for the present words, newest first.

    One is void once it or a later one of the same person was withdrawn, or once somebody asked for
    changes after it. It expires, unless an entry has been claimed under it and lives: its later
    attempts go on under it.
    """
    void = {gone.request for gone in facts.of(SignOffWithdrawn)}
    spent = _spent(facts, now)
    changes = _changes(facts)
    good = []
    for signed in reversed(facts.of(SignedOff)):
        asked = request(facts, signed.request)
        if asked is None or signed.request in void or not binds(facts, rules, signed):
            continue
        if _taken_back(facts, signed):
            continue
        if changes is not None and not _after(facts, signed, changes):
            continue
        if rules.sign_after_week and is_new(facts, signed.by, now, signed.at, signed.key_id):
            continue
        if signed.request in spent or not expired(asked, now, rules.sign_off_holds):
            good.append(signed)
    return tuple(good)


def _taken_back(facts: CaseFacts, signed: SignedOff) -> bool:
    """Whether its signer took back, after it, what they had signed of these words."""
    return any(
        asked.reviewer == signed.by and _after(facts, gone, signed)
        for gone in facts.of(SignOffWithdrawn)
        if (asked := request(facts, gone.request)) is not None
        and (mine := request(facts, signed.request)) is not None
        and asked.revision == mine.revision
    )


def _spent(facts: CaseFacts, now: Now) -> set[str]:
    """Requests whose sign-off is carried by an entry that was claimed under it and still lives."""
    return {
        spends
        for entry in facts.entries
        if (spends := entry.spends) is not None and state(entry, now).alive
    }


def _requests(facts: CaseFacts) -> tuple[SignOffAsked, ...]:
    """Those for the present words."""
    revision = facts.revision
    if revision is None:
        return ()
    return tuple(one for one in facts.of(SignOffAsked) if one.revision == revision.revision)


def _answered(facts: CaseFacts) -> set[RequestId]:
    answered = {signed.request for signed in facts.of(SignedOff)}
    answered |= {gone.request for gone in facts.of(SignOffWithdrawn)}
    return answered | {one.request for one in facts.of(ChangesAsked) if one.request}


def _changes(facts: CaseFacts) -> ChangesAsked | None:
    """The last word of somebody who would not sign the present words."""
    revision = facts.revision
    asked = [
        one for one in facts.of(ChangesAsked) if revision and one.revision == revision.revision
    ]
    return asked[-1] if asked else None


def _ever_signed(facts: CaseFacts) -> bool:
    revision = facts.revision
    return any(revision and signed.reply == revision.reply for signed in facts.of(SignedOff))


def _left_unanswered(facts: CaseFacts, rules: Policy, now: Now) -> bool:
    answered = _answered(facts)
    return any(
        one.request not in answered and expired(one, now, rules.sign_off_holds)
        for one in _requests(facts)
    )


def _after(facts: CaseFacts, one: CaseFact, other: CaseFact) -> bool:
    """Whether `one` stands after `other` in the journal."""
    return facts.facts.index(one) > facts.facts.index(other)
