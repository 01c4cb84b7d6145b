"""The rules: waits and their floors, who must sign, limits, aims, opening hours.

Durations are minutes unless the name says otherwise. A case is held by the rules in force when it
began; a rule that became stricter since holds at once (`effective`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, time, timedelta
from enum import Enum, IntEnum
from zoneinfo import ZoneInfo

from calmreply.domain import codec


class Kind(Enum):
    """What a mention is. A question stands for everything neutral too."""

    COMPLAINT = "complaint"
    QUESTION = "question"
    PRAISE = "praise"


class Feeling(IntEnum):
    """How it felt to read it; feelings only escalate."""

    CALM = 0
    STUNG = 1
    ANGRY = 2

    @property
    def word(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Waits:
    """Minutes for one kind of mention: a person who is calm, stung, angry; and the text."""

    calm: int
    stung: int
    angry: int
    text: int

    def person(self, feeling: Feeling) -> int:
        return (self.calm, self.stung, self.angry)[feeling]


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Open from `opens` to `closes` on `days` (Monday is 0), in the business's time zone."""

    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5)
    opens: str = "09:00"
    closes: str = "18:00"

    def window(self) -> tuple[time, time]:
        return time.fromisoformat(self.opens), time.fromisoformat(self.closes)


FLOORS = {
    Kind.COMPLAINT: Waits(calm=10, stung=10, angry=10, text=10),
    Kind.QUESTION: Waits(calm=0, stung=0, angry=0, text=2),
    Kind.PRAISE: Waits(calm=0, stung=0, angry=0, text=2),
}
"""No rule and nobody can go below these."""

NIGHT_BEGINS, NIGHT_ENDS = time(20), time(8)
"""A wait of somebody angry that ends at night ends in the morning instead (business time)."""


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of the rules. `complaint_share`: this share of the stars or less complains.

    `sign_after_week`: whose key is in its first week signs nothing off yet. `distinct_people`:
    nobody comes in whose name or mail could be taken for somebody else's. `granted`: what a person
    (by id) may offer beyond what they came in with, in the smallest unit. `answer_aim`: opening
    hours in which whoever is asked answers, before somebody else is proposed.

    `night_zones`: whose nights count beside that of `zone`. Only `effective` names any.
    """

    complaint: Waits = Waits(calm=20, stung=60, angry=240, text=10)
    question: Waits = Waits(calm=0, stung=0, angry=0, text=5)
    praise: Waits = Waits(calm=0, stung=0, angry=0, text=2)
    sign_question: bool = False
    sign_praise: bool = False
    sign_after_week: bool = False
    distinct_people: bool = False
    granted: tuple[tuple[str, int], ...] = ()
    complaint_share_percent: int = 60
    look_holds: int = 4 * 60
    page_look_holds: int = 10
    sign_off_holds: int = 72 * 60
    first_word_aim: int = 60
    full_reply_aim: int = 48 * 60
    answer_aim: int = 24 * 60
    zone: str = "UTC"
    hours: OpeningHours = field(default_factory=OpeningHours)
    night_zones: tuple[str, ...] = ()

    def waits(self, kind: Kind) -> Waits:
        match kind:
            case Kind.COMPLAINT:
                return self.complaint
            case Kind.QUESTION:
                return self.question
            case Kind.PRAISE:
                return self.praise

    def needs_sign_off(self, kind: Kind) -> bool:
        match kind:
            case Kind.COMPLAINT:
                return True
            case Kind.QUESTION:
                return self.sign_question
            case Kind.PRAISE:
                return self.sign_praise

    def granted_to(self, person: str) -> int:
        """The limit that the rules grant somebody, or 0."""
        return max((amount for who, amount in self.granted if who == person), default=0)

    @property
    def digest(self) -> str:
        """Names these rules in what is signed; aims and opening hours are no rules of the gate.

        Nor is whose night it was besides: a shop that moves asks for no less than before. A rule
        that was added later is named only where it asks for something.
        """
        left_out = {"first_word_aim", "full_reply_aim", "answer_aim", "hours", "night_zones"}
        later = ("sign_after_week", "distinct_people", "granted")
        left_out |= {name for name in later if not getattr(self, name)}
        plain = codec.to_json(self)
        return codec.digest({name: plain[name] for name in plain if name not in left_out})


def effective(began_with: Policy, today: Policy) -> Policy:
    """The stricter of each rule; aims, zone and hours are today's.

    Whoever is angry waits out the night of both zones, so that no change of zone shortens a wait.
    """
    nights = {began_with.zone, *began_with.night_zones, *today.night_zones}
    return Policy(
        complaint=_longer(began_with.complaint, today.complaint, Kind.COMPLAINT),
        question=_longer(began_with.question, today.question, Kind.QUESTION),
        praise=_longer(began_with.praise, today.praise, Kind.PRAISE),
        sign_question=began_with.sign_question or today.sign_question,
        sign_praise=began_with.sign_praise or today.sign_praise,
        sign_after_week=began_with.sign_after_week or today.sign_after_week,
        distinct_people=began_with.distinct_people or today.distinct_people,
        granted=_least(began_with, today),
        complaint_share_percent=max(
            began_with.complaint_share_percent, today.complaint_share_percent
        ),
        look_holds=min(began_with.look_holds, today.look_holds),
        page_look_holds=min(began_with.page_look_holds, today.page_look_holds),
        sign_off_holds=min(began_with.sign_off_holds, today.sign_off_holds),
        first_word_aim=today.first_word_aim,
        full_reply_aim=today.full_reply_aim,
        answer_aim=today.answer_aim,
        zone=today.zone,
        hours=today.hours,
        night_zones=tuple(sorted(nights - {today.zone})),
    )


def loosens(before: Policy, after: Policy) -> bool:
    """Whether any rule of `after` asks for less than `before` did."""
    return effective(before, after).digest != effective(after, after).digest


def _least(one: Policy, other: Policy) -> tuple[tuple[str, int], ...]:
    """What both grant."""
    both = ((who, min(amount, other.granted_to(who))) for who, amount in one.granted)
    return tuple(sorted((who, amount) for who, amount in both if amount))


def _longer(one: Waits, other: Waits, kind: Kind) -> Waits:
    floor = FLOORS[kind]
    return Waits(
        **{
            f.name: max(getattr(one, f.name), getattr(other, f.name), getattr(floor, f.name))
            for f in fields(Waits)
        }
    )


def person_wait(policy: Policy, kind: Kind, feeling: Feeling, began: datetime) -> timedelta:
    """How long somebody waits who read it and said how they feel at `began` (UTC wall time).

    An angry wait that would end in the night is drawn out to the morning, so that its length is
    known from the start and depends on no later look at a wall clock.
    """
    wait = timedelta(minutes=policy.waits(kind).person(feeling))
    if feeling is not Feeling.ANGRY or kind is not Kind.COMPLAINT:
        return wait
    return max(_till_morning(zone, began, wait) for zone in (policy.zone, *policy.night_zones))


def _till_morning(zone_name: str, began: datetime, wait: timedelta) -> timedelta:
    zone = ZoneInfo(zone_name)
    ends = (began + wait).astimezone(zone)
    if NIGHT_ENDS <= ends.time().replace(tzinfo=None) < NIGHT_BEGINS:
        return wait
    day = ends.date() if ends.time() < NIGHT_ENDS else ends.date() + timedelta(days=1)
    morning = datetime.combine(day, NIGHT_ENDS, zone)
    # Through UTC: Python subtracts two times of one zone without minding summer time.
    return morning.astimezone(UTC) - began
