"""The shop's own site, and reporting to others: on a stated ground, never because it is negative.

There is no ground for that. What counts as a complaint comes off the page only if a second person
agrees, whatever one person judges it to be, and the shop still owes it a word.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NewType

from calmreply.domain.calm import effective_kind
from calmreply.domain.case import AnsweredOutside, CaseFacts, Verdict
from calmreply.domain.mention import Visibility
from calmreply.domain.moment import Now, Reading
from calmreply.domain.outbox import State, state
from calmreply.domain.people import PersonId
from calmreply.domain.policy import Kind, Policy

WishId = NewType("WishId", str)


class Moderation(Enum):
    """What can be done with what stands on the shop's own site."""

    HOLD = "hold"
    SPAM = "spam"
    TRASH = "trash"
    SHOW = "show"


class Ground(Enum):
    """Why something may come off a page. That it is negative is no ground, so none says it."""

    OFFENCE = "offence"
    PRIVATE_DATA = "private_data"
    SPAM = "spam"
    NOT_OURS = "not_ours"
    COMPETITOR = "competitor"
    LAW = "law"


@dataclass(frozen=True, slots=True)
class ModerationAsked:
    """Somebody wants it, before anything is done. `ground` is None only where it is shown again.

    `version` is the mention's. `second`: whether another person has to agree.
    """

    wish: WishId
    what: Moderation
    ground: Ground | None
    evidence: str
    version: int
    second: bool
    by: PersonId
    at: Reading


@dataclass(frozen=True, slots=True)
class ModerationAgreed:
    wish: WishId
    by: PersonId
    at: Reading


@dataclass(frozen=True, slots=True)
class ModerationRefused:
    """It stays as it is; also said by whoever asked, who has changed their mind."""

    wish: WishId
    reason: str
    by: PersonId
    at: Reading


@dataclass(frozen=True, slots=True)
class ModerationFailed:
    """The site did not do it; `words` say why. It may be tried again."""

    wish: WishId
    words: str
    by: PersonId
    at: Reading


@dataclass(frozen=True, slots=True)
class Moderated:
    """It was done on the site, which said so."""

    wish: WishId
    what: Moderation
    by: PersonId
    at: Reading


@dataclass(frozen=True, slots=True)
class Reported:
    """A person has reported it to the site on which it stands."""

    ground: Ground
    text: str
    by: PersonId
    at: Reading
    link: str = ""


_NOT_GENUINE = (Verdict.NOT_CUSTOMER, Verdict.COMPETITOR, Verdict.SPAM, Verdict.ABUSIVE)


def needs_second(facts: CaseFacts, rules: Policy, what: Moderation) -> bool:
    """Whether another person has to agree: to all that the gate holds like a complaint.

    Nobody alone makes it something else by calling it spam. Never for showing it again.
    """
    return what is not Moderation.SHOW and effective_kind(facts, rules) is Kind.COMPLAINT


def wish(facts: CaseFacts) -> ModerationAsked | None:
    """What was asked for last and is neither done nor refused; an edited mention ends it."""
    asked = facts.last(ModerationAsked)
    if asked is None or not facts.mention.says_now(asked.version):
        return None
    over = {fact.wish for fact in facts.of(ModerationRefused)}
    over |= {fact.wish for fact in facts.of(Moderated)}
    return None if asked.wish in over else asked


def agreed(facts: CaseFacts, asked: ModerationAsked) -> bool:
    """Whether somebody other than whoever asked has agreed."""
    said = facts.of(ModerationAgreed)
    return any(one.wish == asked.wish and one.by != asked.by for one in said)


def may_be_done(facts: CaseFacts, rules: Policy, asked: ModerationAsked) -> bool:
    """Asked again when it is done: what was judged since may want a second person after all."""
    second = asked.second or needs_second(facts, rules, asked.what)
    return not second or agreed(facts, asked)


def hidden(facts: CaseFacts) -> Moderated | None:
    """How it was last taken off the own page, unless it was shown again, here or on the site."""
    done, now = facts.last(Moderated), facts.mention.now
    if done is None or done.what is Moderation.SHOW:
        return None
    held = done.what is Moderation.HOLD
    shown = held and now.visibility is Visibility.PUBLIC and now.heard > done.at.wall
    return None if shown else done


def waits(facts: CaseFacts) -> bool:
    """Whether what stands on the own site waits there to be let through, as far as is known.

    What was taken off there is `hidden` instead.
    """
    done, now = facts.last(Moderated), facts.mention.now
    if now.visibility is Visibility.PUBLIC or facts.mention.gone is not None or hidden(facts):
        return False
    shown = done is not None and done.what is Moderation.SHOW
    return not (shown and done is not None and done.at.wall >= now.heard)


def to_reach_out(facts: CaseFacts, now: Now) -> Moderated | Reported | None:
    """After what the shop still owes the author a word: nothing has been said to them since.

    Whoever is no customer, and spam, is owed none.
    """
    done: Moderated | Reported | None = hidden(facts)
    reported = facts.last(Reported)
    if done is None or (reported and facts.facts.index(reported) > facts.facts.index(done)):
        done = reported or done
    if done is None or _owed_nothing(facts, done):
        return None
    at = facts.facts.index(done)
    since = facts.facts[at:]
    if any(isinstance(fact, AnsweredOutside) for fact in since):
        return None
    sent = [one for one in facts.entries if state(one, now) is State.SENT]
    return None if any(one.chosen in since for one in sent) else done


def _owed_nothing(facts: CaseFacts, done: Moderated | Reported) -> bool:
    if facts.judged is not None:
        return facts.judged.verdict in _NOT_GENUINE
    if isinstance(done, Reported):
        return done.ground is Ground.SPAM
    asked = next((one for one in facts.of(ModerationAsked) if one.wish == done.wish), None)
    return asked is not None and asked.ground is Ground.SPAM
