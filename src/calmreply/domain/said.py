"""What people say of a case besides reading, feeling and judging: facts, and nothing else.

That a second person agrees to something, that it is to be taken more strictly, that it cannot
wait, and that somebody who is alone has read their own words again. What follows from them is
decided in `agreements`, `emergency` and `alone`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from calmreply.domain.moment import Reading
from calmreply.domain.people import PersonId
from calmreply.domain.private import PrivateKind
from calmreply.domain.reply import ReplyId, RevisionId


class Agreement(Enum):
    """What somebody may agree to as the second person."""

    NOT_PRIVATE = "not_private"
    NOT_COMPLAINT = "not_complaint"


class Ground(Enum):
    """Why a reply cannot wait."""

    SAFETY = "safety"
    LAW = "law"


@dataclass(frozen=True, slots=True)
class SecondAgreed:
    """A second person agrees, for this version of the mention.

    For `NOT_PRIVATE` also for this revision and the words that looked private in it (`found`).
    """

    what: Agreement
    version: int
    by: PersonId
    at: Reading
    revision: RevisionId | None = None
    found: tuple[tuple[PrivateKind, str], ...] = ()


@dataclass(frozen=True, slots=True)
class MadeStricter:
    """Somebody wants it held like a complaint."""

    by: PersonId
    at: Reading


@dataclass(frozen=True, slots=True)
class EmergencyDeclared:
    """It cannot wait. `alone`: nobody else could look at it when this was said."""

    ground: Ground
    reason: str
    alone: bool
    by: PersonId
    at: Reading


@dataclass(frozen=True, slots=True)
class SelfReviewed:
    """Somebody who is alone has read their own words beside this version of the mention."""

    reply: ReplyId
    revision: RevisionId
    version: int
    by: PersonId
    at: Reading
