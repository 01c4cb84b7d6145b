"""The things that can stand between a reply and the world.

Each is a small value that knows what clears it, who, and when. Which of them hold is decided in
`gate`; how they are said stands in `app.words.wording`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import ClassVar

from calmreply.domain.case import News
from calmreply.domain.people import PersonId
from calmreply.domain.policy import Feeling
from calmreply.domain.private import PrivateKind


class ClearedBy(Enum):
    HANDLER = "handler"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    TIME = "time"
    CHANNEL = "channel"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class _Blocker:
    """One thing in the way. `clears_at` is UTC where a time is known."""

    kind: ClassVar[str]
    clears_by: ClassVar[ClearedBy] = ClearedBy.HANDLER

    @property
    def clears_at(self) -> datetime | None:
        return None


@dataclass(frozen=True, slots=True)
class Empty(_Blocker):
    kind: ClassVar[str] = "empty"


@dataclass(frozen=True, slots=True)
class Unfilled(Empty):
    """Slots of a prepared wording still stand in the words, by their names."""

    slots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotRead(_Blocker):
    """`who` wrote words without having read it; None: nobody has read it yet."""

    kind: ClassVar[str] = "not_read"
    who: PersonId | None


@dataclass(frozen=True, slots=True)
class MentionChanged(_Blocker):
    """It changed after it was read: read it again and say how it feels."""

    kind: ClassVar[str] = "mention_changed"
    who: PersonId | None
    news: News = News.CHANGED


@dataclass(frozen=True, slots=True)
class NotJudged(_Blocker):
    kind: ClassVar[str] = "not_judged"


@dataclass(frozen=True, slots=True)
class FeelingNotSaid(_Blocker):
    """The person's wait cannot begin before they have said how they feel."""

    kind: ClassVar[str] = "cooling_person"
    who: PersonId | None


@dataclass(frozen=True, slots=True)
class CoolingPerson(_Blocker):
    kind: ClassVar[str] = "cooling_person"
    clears_by: ClassVar[ClearedBy] = ClearedBy.TIME
    who: PersonId
    feeling: Feeling
    length: timedelta
    left: timedelta
    ends: datetime

    @property
    def clears_at(self) -> datetime | None:
        return self.ends


@dataclass(frozen=True, slots=True)
class CoolingText(_Blocker):
    """`writing`: somebody's unfinished words are still in an editor."""

    kind: ClassVar[str] = "cooling_text"
    clears_by: ClassVar[ClearedBy] = ClearedBy.TIME
    length: timedelta
    left: timedelta
    ends: datetime
    writing: bool = False

    @property
    def clears_at(self) -> datetime | None:
        return self.ends


@dataclass(frozen=True, slots=True)
class SecondLook(_Blocker):
    """`possible_at`: when mention and reply can be looked at again; `lapsed`: it was too old."""

    kind: ClassVar[str] = "second_look"
    possible_at: datetime | None
    lapsed: bool = False

    @property
    def clears_at(self) -> datetime | None:
        return self.possible_at


@dataclass(frozen=True, slots=True)
class NeedsSecondPerson(_Blocker):
    """`asked`: who has been asked and has not answered yet."""

    kind: ClassVar[str] = "needs_second_person"
    clears_by: ClassVar[ClearedBy] = ClearedBy.REVIEWER
    asked: PersonId | None


@dataclass(frozen=True, slots=True)
class SignOffLapsed(_Blocker):
    """`unanswered`: nobody ever signed this reply; whoever was asked let the time run out."""

    unanswered: bool = False
    kind: ClassVar[str] = "sign_off_lapsed"
    clears_by: ClassVar[ClearedBy] = ClearedBy.REVIEWER


@dataclass(frozen=True, slots=True)
class WordingUnsigned(NeedsSecondPerson):
    """A holding reply says a wording of the plan that nobody has signed off as it stands."""

    asked: PersonId | None = None


@dataclass(frozen=True, slots=True)
class WordingLapsed(SignOffLapsed):
    """Likewise one whose sign-off in the plan is too long ago."""


@dataclass(frozen=True, slots=True)
class ChangesWanted(_Blocker):
    kind: ClassVar[str] = "changes_asked"
    who: PersonId
    text: str


@dataclass(frozen=True, slots=True)
class SelfReview(_Blocker):
    """Alone: read your own words, first before the night, and `final`ly after it.

    `possible_at`: from when a last reading counts.
    """

    kind: ClassVar[str] = "self_review"
    final: bool = False
    possible_at: datetime | None = None

    @property
    def clears_at(self) -> datetime | None:
        return self.possible_at


@dataclass(frozen=True, slots=True)
class SelfReviewNight(_Blocker):
    """Alone: the night that belongs to the reply is not over."""

    kind: ClassVar[str] = "self_review"
    clears_by: ClassVar[ClearedBy] = ClearedBy.TIME
    ends: datetime

    @property
    def clears_at(self) -> datetime | None:
        return self.ends


@dataclass(frozen=True, slots=True)
class PrivateData(_Blocker):
    kind: ClassVar[str] = "private_data"
    found: tuple[tuple[PrivateKind, str], ...]


@dataclass(frozen=True, slots=True)
class OfferAboveLimit(_Blocker):
    kind: ClassVar[str] = "offer_above_limit"
    clears_by: ClassVar[ClearedBy] = ClearedBy.APPROVER
    amount: int
    limit: int
    currency: str


@dataclass(frozen=True, slots=True)
class LookAtPage(_Blocker):
    kind: ClassVar[str] = "look_at_page"


@dataclass(frozen=True, slots=True)
class TooLong(_Blocker):
    kind: ClassVar[str] = "too_long"
    length: int
    allowed: int


@dataclass(frozen=True, slots=True)
class NotConnected(_Blocker):
    kind: ClassVar[str] = "not_connected"
    clears_by: ClassVar[ClearedBy] = ClearedBy.CHANNEL
    channel: str


@dataclass(frozen=True, slots=True)
class Paused(_Blocker):
    kind: ClassVar[str] = "paused"


@dataclass(frozen=True, slots=True)
class ClockUnsure(_Blocker):
    """Time passed while the computer was off; it counts once the clock has been confirmed.

    `shared`: it is a team's clock, and that went ahead.
    """

    shared: bool = False
    kind: ClassVar[str] = "clock_unsure"


@dataclass(frozen=True, slots=True)
class AlreadySent(_Blocker):
    kind: ClassVar[str] = "already_sent"
    clears_by: ClassVar[ClearedBy] = ClearedBy.NOBODY


@dataclass(frozen=True, slots=True)
class InFlight(_Blocker):
    """`by_hand`: a person has the words and has yet to say whether they were posted."""

    kind: ClassVar[str] = "in_flight"
    clears_by: ClassVar[ClearedBy] = ClearedBy.CHANNEL
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Unsure(_Blocker):
    kind: ClassVar[str] = "unsure"


Blocker = (
    Empty
    | NotRead
    | MentionChanged
    | NotJudged
    | FeelingNotSaid
    | CoolingPerson
    | CoolingText
    | SecondLook
    | NeedsSecondPerson
    | SignOffLapsed
    | ChangesWanted
    | SelfReview
    | SelfReviewNight
    | PrivateData
    | OfferAboveLimit
    | LookAtPage
    | TooLong
    | NotConnected
    | Paused
    | ClockUnsure
    | AlreadySent
    | InFlight
    | Unsure
)
