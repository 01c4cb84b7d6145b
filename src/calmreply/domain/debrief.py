"""Closing a case and sitting down after it.

Closing opens the debrief for every case; the case stands in "to debrief" until it is done or
dated. A complaint wants the whole form, praise and questions one optional line.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from calmreply.domain.moment import Reading
from calmreply.domain.people import PersonId


class Outcome(Enum):
    """How the matter ended."""

    RESOLVED = "resolved"
    NO_ANSWER = "no_answer"
    NO_REPLY_NEEDED = "no_reply_needed"
    WALKED_AWAY = "walked_away"


class Settledness(Enum):
    """How do you feel about it now?"""

    SETTLED = "settled"
    STILL_SORE = "still_sore"
    GLAD = "glad"


CAUSES = (
    "order_taking",
    "phone_cover",
    "product",
    "delivery",
    "price",
    "staff_manner",
    "none_of_ours",
)
"""What may be behind a complaint; the words stand in `app.words.wording`."""


@dataclass(frozen=True, slots=True)
class CaseClosed:
    outcome: Outcome
    by: PersonId
    at: Reading


@dataclass(frozen=True, slots=True)
class DebriefDated:
    """Later: on that day (business time) it asks again."""

    on: str
    by: PersonId
    at: Reading

    @property
    def day(self) -> date:
        return date.fromisoformat(self.on)


@dataclass(frozen=True, slots=True)
class Action:
    """What we will do; `by_when` is a day (YYYY-MM-DD) or empty."""

    words: str
    who: str = ""
    by_when: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """The debrief's answers. All are optional; one line is enough for praise and questions."""

    escalated: str = ""
    better: str = ""
    causes: tuple[str, ...] = ()
    opportunity: str = ""
    actions: tuple[Action, ...] = ()
    debriefed_with: str = ""
    feeling: Settledness | None = None

    @property
    def empty(self) -> bool:
        return self == Answers()


@dataclass(frozen=True, slots=True)
class Debriefed:
    answers: Answers
    by: PersonId
    at: Reading
