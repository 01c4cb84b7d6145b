"""The response plan: wordings prepared in calm times, and the typed slots in them.

A holding reply's wording may go at once, once per place, because only its typed slots change:
the author's name as published, a contact from the plan's own list, a time from a picker. Wordings
for full replies have further slots. What is known is filled in, the rest stays in its braces for
the writer, and the gate lets nothing leave with a slot in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from unicodedata import category

_SLOT = re.compile(r"\{(\w+)\}")
_ADDRESS = re.compile(r"@|://|\bwww\b|\w[.\u3002\uff0e]\w{2,}", re.IGNORECASE)
"""A mail address, a link, or a bare host name ("evil.example")."""
NAME_LIMIT = 40
TIME_WITHIN = timedelta(days=7)


class Slot(Enum):
    """What a slot takes; its value is what stands in the braces.

    `BUSINESS` and `ME`: what we are called and who writes. `ITEM`: what they bought or had done.
    `FOUND`: what we found out. `CHANGE`: what we do otherwise now. `OFFER`: what we offer them.
    """

    NAME = "name"
    CONTACT = "contact"
    TIME = "time"
    BUSINESS = "business"
    ME = "me"
    ITEM = "item"
    FOUND = "found"
    CHANGE = "change"
    OFFER = "offer"


_SLOTS = {slot.value: slot for slot in Slot}
IN_HOLDING = (Slot.NAME, Slot.CONTACT, Slot.TIME)
"""The only ones a holding reply may have: nobody looks at what is put into them."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A prepared wording. `text` holds its slots in braces: `{name}`, `{contact}`, `{time}`.

    `own` says that it is the program's own, usable from the first day without a sign-off; of the
    plan's others `revision` is the one that this is.
    """

    id: str
    title: str
    text: str
    own: bool = False
    revision: str = ""

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Raises ValueError for a slot there is none of."""
        return tuple(Slot(name) for name in dict.fromkeys(_SLOT.findall(self.text)))


class SlotProblem(Enum):
    """Why a slot's value is refused; the words stand in `app.words.wording`."""

    MISSING = "missing"
    UNKNOWN = "unknown"
    NAME_TOO_LONG = "name_too_long"
    NAME_NOT_A_NAME = "name_not_a_name"
    CONTACT_NOT_IN_PLAN = "contact_not_in_plan"
    TIME_TOO_FAR = "time_too_far"


class BadSlotError(ValueError):
    """A slot's value does not fit. `slot` is its name as given."""

    def __init__(self, slot: str, problem: SlotProblem) -> None:
        super().__init__(f"{slot}: {problem.value}")
        self.slot = slot
        self.problem = problem


def published_name(author: str) -> str:
    """The author's name if a holding reply may greet them by it, else nothing.

    No digits of any script, no address, and nothing invisible that could turn the text around.
    """
    name = " ".join(author.split())
    plain = name.isprintable() and not any(category(char)[0] == "N" for char in name)
    fits = len(name) <= NAME_LIMIT and plain and not _ADDRESS.search(name)
    return name if fits else ""


def fill(
    wording: Wording,
    *,
    author: str,
    contacts: tuple[str, ...],
    values: dict[str, str],
    time: datetime | None,
    time_words: str,
    now: datetime,
) -> str:
    """The wording with its slots filled. Raises `BadSlotError`.

    The name is the author's or none; `values` may say `name=""` to leave it out. A contact must be
    one of `contacts` (the first is taken if none is given). `time` (UTC) lies within 7 days of
    `now`; `time_words` is how it is said.
    """
    known = {slot.value for slot in wording.slots}
    for name in values:
        if name not in known:
            raise BadSlotError(name, SlotProblem.UNKNOWN)
    filled = {}
    for slot in wording.slots:
        match slot:
            case Slot.NAME:
                filled[slot.value] = _name(values.get("name"), author)
            case Slot.CONTACT:
                filled[slot.value] = _contact(values.get("contact"), contacts)
            case Slot.TIME:
                filled[slot.value] = _time(time, time_words, now)
            case _:
                raise BadSlotError(slot.value, SlotProblem.UNKNOWN)
    return _without_gaps(_SLOT.sub(lambda match: filled[match.group(1)], wording.text))


def fill_known(text: str, known: Mapping[Slot, str]) -> str:
    """A wording with what is known put in; what is not stays in its braces.

    An empty name is left out: "Hello {name}, ..." becomes "Hello, ...".
    """

    def said(match: re.Match[str]) -> str:
        slot = _SLOTS.get(match.group(1))
        return known.get(slot, match.group()) if slot is not None else match.group()

    return _without_gaps(_SLOT.sub(said, text))


def unfilled(text: str) -> tuple[tuple[int, int, Slot], ...]:
    """The slots that still stand in a text: where each begins and ends, and what it takes."""
    return tuple(
        (*match.span(), _SLOTS[match.group(1)])
        for match in _SLOT.finditer(text)
        if match.group(1) in _SLOTS
    )


def strange_slots(text: str) -> tuple[str, ...]:
    """What stands in braces and is no slot."""
    return tuple(dict.fromkeys(n for n in _SLOT.findall(text) if n not in _SLOTS))


def _without_gaps(text: str) -> str:
    """Where a slot stayed empty, no space stands before the comma."""
    return re.sub(r"[ \t]+([,.!])", r"\1", text)


def _name(given: str | None, author: str) -> str:
    if given == "":
        return ""
    name = published_name(author)
    if given is not None and " ".join(given.split()) != name:
        too_long = len(given) > NAME_LIMIT
        raise BadSlotError(
            "name", SlotProblem.NAME_TOO_LONG if too_long else SlotProblem.NAME_NOT_A_NAME
        )
    return name


def _contact(given: str | None, contacts: tuple[str, ...]) -> str:
    if given is None and contacts:
        return contacts[0]
    if given is None:
        raise BadSlotError("contact", SlotProblem.MISSING)
    if given not in contacts:
        raise BadSlotError("contact", SlotProblem.CONTACT_NOT_IN_PLAN)
    return given


def _time(time: datetime | None, words: str, now: datetime) -> str:
    if time is None:
        raise BadSlotError("time", SlotProblem.MISSING)
    if not now < time <= now + TIME_WITHIN:
        raise BadSlotError("time", SlotProblem.TIME_TOO_FAR)
    return words
