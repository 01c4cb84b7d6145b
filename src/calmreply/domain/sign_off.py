"""Where the sign-off of the present words stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from calmreply.domain import record
from calmreply.domain.calm import writers
from calmreply.domain.case import CaseFacts
from calmreply.domain.moment import Now
from calmreply.domain.outbox import state
from calmreply.domain.people import PersonId
from calmreply.domain.policy import Policy
from calmreply.domain.review import (
    ChangesAsked,
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
    """`asked` is the request that counts, `signed` the sign-off that holds, if any."""

    standing: Standing
    asked: SignOffAsked | None = None
    signed: SignedOff | None = None
    changes: ChangesAsked | None = None


def sign_off_state(facts: CaseFacts, rules: Policy, now: Now) -> SignOffState:
    """The standing of the sign-off for the words as they are now."""
    revision = facts.revision
    if revision is None:
        return SignOffState(Standing.NOT_ASKED)
    holding = _holding(facts, rules, now)
    if holding is not None:
        return SignOffState(Standing.SIGNED, request(facts, holding.request), holding)
    latest = _latest(facts)
    if isinstance(latest, ChangesAsked) and latest.revision == revision.revision:
        return SignOffState(Standing.CHANGES_ASKED, changes=latest)
    asked = open_request(facts, rules, now)
    if asked is not None:
        return SignOffState(Standing.ASKED, asked)
    ever = any(signed.reply == revision.reply for signed in facts.of(SignedOff))
    requested = any(one.revision == revision.revision for one in facts.of(SignOffAsked))
    return SignOffState(Standing.LAPSED if ever or requested else Standing.NOT_ASKED)


def request(facts: CaseFacts, request_id: RequestId) -> SignOffAsked | None:
    return next((one for one in facts.of(SignOffAsked) if one.request == request_id), None)


def open_request(facts: CaseFacts, rules: Policy, now: Now) -> SignOffAsked | None:
    """The newest request for the present words that still waits for an answer."""
    revision = facts.revision
    answered = {signed.request for signed in facts.of(SignedOff)}
    answered |= {gone.request for gone in facts.of(SignOffWithdrawn)}
    answered |= {one.request for one in facts.of(ChangesAsked) if one.request}
    for asked in reversed(facts.of(SignOffAsked)):
        if revision is None or asked.revision != revision.revision or facts.draft_since:
            return None
        if asked.request not in answered and not expired(asked, now, rules.sign_off_holds):
            return asked
    return None


def may_sign(facts: CaseFacts, person: PersonId) -> bool:
    """Whether somebody could sign the present reply: active, and wrote none of its words."""
    known = facts.person(person)
    return known is not None and known.active and person not in writers(facts)


def binds(facts: CaseFacts, rules: Policy, signed: SignedOff) -> bool:
    """Whether a sign-off is for exactly what our rows say now, by somebody who may give it.

    The signature itself is checked by whoever filled `facts.genuine`.
    """
    asked = request(facts, signed.request)
    what = record.present(facts, rules)
    if asked is None or what is None or signed.request not in facts.genuine:
        return False
    rebuilt = record.for_signing(what, asked, signed.key_id, signed.ticks)
    return (
        rebuilt == signed.record
        and signed.by == asked.reviewer
        and all_ticked(signed.ticks)
        and may_sign(facts, signed.by)
    )


def _holding(facts: CaseFacts, rules: Policy, now: Now) -> SignedOff | None:
    withdrawn = {gone.request for gone in facts.of(SignOffWithdrawn)}
    spent = _spent(facts, now)
    for signed in reversed(facts.of(SignedOff)):
        asked = request(facts, signed.request)
        if asked is None or signed.request in withdrawn or not binds(facts, rules, signed):
            continue
        # A first claim spends it; the same entry's later attempts go on under it.
        if signed.request in spent or not expired(asked, now, rules.sign_off_holds):
            return signed
    return None


def _spent(facts: CaseFacts, now: Now) -> set[str]:
    """Requests whose sign-off is carried by an entry that has been claimed once and still lives."""
    return {
        entry.chosen.request
        for entry in facts.entries
        if entry.chosen.request and entry.attempts and state(entry, now).alive
    }


def _latest(facts: CaseFacts) -> SignOffAsked | SignedOff | ChangesAsked | None:
    kinds = (SignOffAsked, SignedOff, ChangesAsked)
    found = [fact for fact in facts.facts if isinstance(fact, kinds)]
    return found[-1] if found else None
