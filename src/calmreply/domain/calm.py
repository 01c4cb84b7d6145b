"""The cool-offs: how long a person and a text still have to rest.

Your clock starts once somebody has read the mention and said how they feel, and the longest wait
of everybody who wrote a revision counts. The text's clock starts when its words last changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from calmreply.domain import agreements
from calmreply.domain.case import CaseFacts, FeelingSaid, PageRead
from calmreply.domain.moment import Now, Reading, Span
from calmreply.domain.people import PersonId
from calmreply.domain.policy import Feeling, Kind, Policy, Waits, person_wait


@dataclass(frozen=True, slots=True)
class Wait:
    """One running or finished wait. `whose` is None for the text's."""

    whose: PersonId | None
    feeling: Feeling | None
    began: Reading
    length: timedelta
    passed: Span

    @property
    def left(self) -> timedelta:
        """What is left by the time that surely passed; never negative."""
        return max(timedelta(0), self.length - self.passed.sure)

    @property
    def over(self) -> bool:
        return self.passed.sure >= self.length

    @property
    def over_if_clock_is_right(self) -> bool:
        """Only the confirmation of the clock is missing."""
        return not self.over and self.passed.at_most >= self.length

    def ends(self, now: Now) -> datetime:
        """UTC; the time at which it is over, as it stands now."""
        return now.wall + self.left


def effective_kind(facts: CaseFacts, rules: Policy) -> Kind:
    """What the case counts as: its judgement, or a complaint where anything says so."""
    if facts.judged is None or complains(facts, rules):
        return Kind.COMPLAINT
    return facts.judged.kind


def complains(facts: CaseFacts, rules: Policy) -> bool:
    """Whether its stars, a feeling or somebody's wish make it a complaint, whatever is judged.

    Of any turn: who complained and answers us is not answered more lightly. Only a second person
    can say of a version that it is none (`agreements`).
    """
    said_so = (
        low_stars(facts, rules)
        or agreements.stricter(facts)
        or any(said.feeling >= Feeling.STUNG for said in facts.of(FeelingSaid))
    )
    return said_so and agreements.not_complaint(facts) is None


def low_stars(facts: CaseFacts, rules: Policy) -> bool:
    """Whether they gave few stars, in whichever turn."""
    given = (mention.now.stars for mention in facts.conversation)
    return any(stars and stars.at_most(rules.complaint_share_percent) for stars in given)


def writers(facts: CaseFacts) -> tuple[PersonId, ...]:
    """Everybody who wrote a revision of the present reply, each once, in order."""
    return tuple(dict.fromkeys(revision.by for revision in facts.revisions))


def person_waits(
    facts: CaseFacts, rules: Policy, now: Now, person: PersonId, *, hurried: Waits | None = None
) -> tuple[Wait, ...]:
    """The waits of one person, one for each level of feeling they reached, oldest first.

    Each begins when the mention had been read and the feeling was said, whichever was later. A
    new version of the mention is felt anew: its wait begins anew, and those before it go on,
    also from one turn to the next. `hurried`: the waits of an
    emergency, which knows no night.
    """
    kind = effective_kind(facts, rules)
    waits = []
    reached: dict[int, Feeling] = {}
    for said in facts.of(FeelingSaid):
        words = facts.said_by(said.version)
        highest = reached.get(words)
        if said.by != person or (highest is not None and said.feeling <= highest):
            continue
        reached[words] = said.feeling
        began = _began(facts, said)
        if began is not None:
            length = (
                timedelta(minutes=hurried.person(said.feeling))
                if hurried
                else person_wait(rules, kind, said.feeling, now.wall_of(began))
            )
            waits.append(Wait(person, said.feeling, began, length, now.since(began)))
    return tuple(waits)


def longest(waits: tuple[Wait, ...]) -> Wait | None:
    """The wait that ends last."""
    return max(waits, key=lambda wait: (wait.left, wait.length), default=None)


def text_wait(
    facts: CaseFacts, rules: Policy, now: Now, *, hurried: Waits | None = None
) -> Wait | None:
    """The wait of the present words; None where there are none yet.

    It begins when they last changed: a revision that says the same again changes nothing, words
    in an editor that say something else do.
    """
    began = words_since(facts, now)
    if began is None:
        return None
    kind = effective_kind(facts, rules)
    waits = hurried or rules.waits(kind)
    return Wait(None, None, began, timedelta(minutes=waits.text), now.since(began))


def words_since(facts: CaseFacts, now: Now) -> Reading | None:
    """Since when the words stand as they are, those in an editor counted."""
    revision = facts.revision
    if revision is None:
        return None
    same = takewhile(lambda one: one.words == revision.words, reversed(facts.revisions))
    changed = [*same][-1].at
    since = [changed] if facts.draft_since is None else [changed, facts.draft_since]
    return min(since, key=lambda at: now.since(at).sure)


def feeling_of(facts: CaseFacts, person: PersonId) -> Feeling | None:
    """The strongest feeling somebody said about this case."""
    return max((said.feeling for said in facts.feelings if said.by == person), default=None)


def has_felt(facts: CaseFacts, person: PersonId) -> bool:
    """Whether somebody said how the mention as it stands now feels."""
    return any(said.by == person and facts.said_of_now(said) for said in facts.feelings)


def has_read(facts: CaseFacts, person: PersonId) -> bool:
    """Whether somebody has read the mention as it stands now."""
    return any(read.by == person and facts.said_of_now(read) for read in facts.reads)


def _began(facts: CaseFacts, said: FeelingSaid) -> Reading | None:
    """The later of reading and saying, for that version, in the order of the journal."""
    order = facts.ordered((PageRead, FeelingSaid))
    position = order.index(said)
    words = facts.said_by(said.version)
    reads = [
        i
        for i, fact in enumerate(order)
        if isinstance(fact, PageRead)
        and fact.by == said.by
        and facts.said_by(fact.version) == words
    ]
    if not reads:
        return None
    return order[max(position, min(reads))].at
