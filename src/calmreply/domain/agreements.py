"""What a second person agrees to: this is not private, this is not a complaint.

Their word is good for one version of the mention, and only from somebody who has no part in it:
who wrote the words cannot say that they are not private, and who felt, judged or wrote anything in
the case cannot say that it is no complaint. Whoever came in after the case was begun has a key that
is new, and is no second person here for a week.
"""

from __future__ import annotations

from datetime import timedelta
from enum import Enum

from calmreply.domain.case import CaseFacts, FeelingSaid, Judged
from calmreply.domain.moment import Now
from calmreply.domain.people import Person, PersonId
from calmreply.domain.policy import Feeling
from calmreply.domain.private import PrivateKind
from calmreply.domain.reply import Revised
from calmreply.domain.said import Agreement, MadeStricter, SecondAgreed

FIRST_WEEK = timedelta(days=7)
"""How long a key is new."""


class Unfit(Enum):
    """Why somebody is no second person here."""

    AWAY = "away"
    TOOK_PART = "took_part"
    NEW_KEY = "new_key"


def unfit(facts: CaseFacts, who: PersonId, what: Agreement, now: Now | None = None) -> Unfit | None:
    """Why this person cannot agree; None if they can.

    Without `now` whether the key is new is not asked: that was asked when they agreed.
    """
    person = facts.person(who)
    if person is None or not person.active:
        return Unfit.AWAY
    if who in took_part(facts, what):
        return Unfit.TOOK_PART
    return Unfit.NEW_KEY if now is not None and new_here(facts, person, now) else None


def new_here(facts: CaseFacts, person: Person, now: Now) -> bool:
    """Whether somebody came in after the case was begun, and within this week."""
    if not facts.facts:
        return False
    late = now.wall_of(person.since) > now.wall_of(facts.facts[0].at)
    return late and now.since(person.since).sure < FIRST_WEEK


def took_part(facts: CaseFacts, what: Agreement) -> frozenset[PersonId]:
    """Who cannot agree to it: everybody who has written or is writing, or who felt or judged."""
    drafting = (draft.by for draft in facts.drafts if draft.differs)
    wrote = frozenset((*(one.by for one in facts.of(Revised)), *drafting))
    if what is Agreement.NOT_PRIVATE:
        return wrote
    return wrote.union(
        (one.by for one in facts.of(FeelingSaid)), (one.by for one in facts.of(Judged))
    )


def not_complaint(facts: CaseFacts) -> SecondAgreed | None:
    """The word that the mention as it stands now is no complaint, if it holds.

    What somebody felt or asked for since counts more.
    """
    good: SecondAgreed | None = None
    for fact in facts.facts:
        match fact:
            case SecondAgreed(what=Agreement.NOT_COMPLAINT):
                here = facts.mention.says_now(fact.version)
                fit = unfit(facts, fact.by, fact.what) is None
                good = fact if here and fit else good
            case FeelingSaid() if fact.feeling >= Feeling.STUNG:
                good = None
            case MadeStricter():
                good = None
            case _:
                pass
    return good


def stricter(facts: CaseFacts) -> bool:
    """Whether somebody wants it held like a complaint."""
    return bool(facts.of(MadeStricter))


def still_private(
    facts: CaseFacts, found: tuple[tuple[PrivateKind, str], ...]
) -> tuple[tuple[PrivateKind, str], ...]:
    """What of the words found private in the present revision nobody has agreed to."""
    revision = facts.revision
    agreed = {
        words
        for said in facts.of(SecondAgreed)
        if said.what is Agreement.NOT_PRIVATE
        and revision is not None
        and said.revision == revision.revision
        and facts.mention.says_now(said.version)
        and unfit(facts, said.by, said.what) is None
        for words in said.found
    }
    return tuple(words for words in found if words not in agreed)
