"""What the reviewer's dialog reads, and what it does in their name. No widgets; worker threads."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Literal

from calmreply.app import remembered
from calmreply.app.home import Home
from calmreply.app.persons import people
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.reviewing import review
from calmreply.domain import private, reply
from calmreply.domain.case import CaseFacts
from calmreply.domain.mention import CaseId, Visibility
from calmreply.domain.people import Person, PersonId
from calmreply.domain.private import PrivateKind
from calmreply.domain.reply import Revised
from calmreply.domain.review import ChangesAsked, Impression, SignedOff, SignOffAsked, Tick
from calmreply.domain.said import EmergencyDeclared
from calmreply.domain.sign_off import Standing
from calmreply.ui.dialogs.work import Seen, key_is_new, seen

HostOf = Callable[[str], str]
Changes = tuple[tuple[Literal["same", "added", "removed"], str], ...]
_HOST = re.compile(r"(?<![\w@.-])(?:[\w-]+\.)+[\w-]{2,}(?![\w-])")
_ORDER = "review_order_{who}"


class Order(Enum):
    """What a reviewer sees first."""

    BOTH = "both"
    SAID = "said"
    REPLY = "reply"


@dataclass(frozen=True, slots=True)
class ToReview:
    """What the second person sees. `shown` is everything their signature would bind, as one text.

    `asked` is None where nobody is asked about these words now; `who` is the person this dialog
    is for even then. `before` is what this person saw last, `changes` and `subject_changes` what
    is different since. `order`: what they want to read first.
    """

    here: Seen
    shown: str
    who: Person | None
    asked: SignOffAsked | None
    asked_at: datetime | None
    before: Revised | None
    changes: Changes
    subject_changes: Changes
    private: tuple[tuple[PrivateKind, str], ...]
    new_key: bool
    order: Order

    @property
    def hurry(self) -> EmergencyDeclared | None:
        """That it cannot wait, if somebody said so."""
        return self.here.page.emergency

    @property
    def revision(self) -> Revised | None:
        return self.here.facts.revision


def to_review(home: Home, case: CaseId) -> ToReview:
    """Raises KnownError `no_such_case`."""
    here = seen(home, case)
    told, now = here.facts, here.page.known.now
    state = here.page.sign_off
    asked = state.asked if state.standing is Standing.ASKED else None
    last = asked or state.asked or told.last(SignOffAsked)
    who = told.person(last.reviewer) if last else None
    revision = told.revision
    before = _seen_last(told, who.id) if who else None
    old, new = before.words if before else None, revision.words if revision else None
    public = revision is not None and revision.words.visibility is Visibility.PUBLIC
    return ToReview(
        here=here,
        shown=review.shown(here.page.known),
        who=who,
        asked=asked,
        asked_at=now.wall_of(asked.at) if asked else None,
        before=before,
        changes=_changes(old.text if old else "", new.text if new else ""),
        subject_changes=_changes(old.subject if old else "", new.subject if new else ""),
        private=private.private_words(revision.words.text) if revision and public else (),
        new_key=who is not None and key_is_new(who, now),
        order=_order(home, who.id) if who else Order.BOTH,
    )


def _order(home: Home, who: PersonId) -> Order:
    kept = remembered.recall(home, _ORDER.format(who=who))
    return Order(kept) if kept in {one.value for one in Order} else Order.BOTH


def remember_order(home: Home, *, who: PersonId, order: Order) -> ChangeSet:
    """What somebody wants to read first from the next time on."""
    return remembered.remember(home, _ORDER.format(who=who), order.value)


def _changes(before: str, after: str) -> Changes:
    return tuple((change.value, text) for change, text in reply.difference(before, after))


def _seen_last(told: CaseFacts, who: PersonId) -> Revised | None:
    """The newest revision but the present one that this person signed or remarked on.

    Only in this turn: an answer to what they said before is no earlier form of this one.
    """
    answered = [
        fact.revision
        for fact in told.in_turn(object)
        if isinstance(fact, SignedOff | ChangesAsked) and fact.by == who
    ]
    present = told.revision
    for revision in reversed(answered):
        if present is None or revision != present.revision:
            return next((one for one in told.of(Revised) if one.revision == revision), None)
    return None


def sign_as(
    home: Home,
    case: CaseId,
    *,
    who: PersonId,
    passphrase: str,
    ticks: tuple[Tick, ...],
    shown: str,
    impression: Impression | None,
    note: str,
) -> ChangeSet:
    """The second person signs what was shown; their key is unlocked for this alone."""
    review.demand_ticks(ticks)
    actor = people.unlock(home, who, passphrase)
    return review.sign(home, actor, case, ticks, shown=shown, impression=impression, note=note)


def remark_as(
    home: Home,
    case: CaseId,
    *,
    who: PersonId,
    passphrase: str,
    text: str,
    suggestion: str,
    shown: str,
    impression: Impression | None,
) -> ChangeSet:
    """The second person asks for changes to what was `shown`, or proposes other words."""
    if not suggestion:
        review.demand_remark(text)
    actor = people.unlock(home, who, passphrase)
    return review.remark(
        home, actor, case, text, suggestion=suggestion, shown=shown, impression=impression
    )


@dataclass(frozen=True, slots=True)
class Host:
    """A place that words lead to. `name` is its spelling that cannot pretend, empty if none."""

    written: str
    name: str


def hosts(text: str, host_of: HostOf) -> tuple[Host, ...]:
    """Where the links in a text lead, and what else reads like a host but may be another.

    `host_of` gives the true name of an address's host, or nothing for a bad address.
    """
    links = reply.links(text)
    bare = [
        name
        for name in _HOST.findall(text)
        if not name.isascii() and not any(name in link for link in links)
    ]
    found = [(link, link) for link in links] + [(name, f"https://{name}/") for name in bare]
    return tuple(Host(written, host_of(address)) for written, address in dict.fromkeys(found))
