"""Every sentence about the response plan, for the window and the command line alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from calmreply.app.words import wording
from calmreply.domain import plan
from calmreply.domain.plan import Slot
from calmreply.domain.plan_file import Trouble, Unread
from calmreply.domain.wordings import (
    TEXT_LIMIT,
    TITLE_LIMIT,
    BadWordingError,
    Obstacle,
    Problem,
    Standing,
    Stands,
    Use,
)
from calmreply.errors import KnownError
from calmreply.i18n import _

Day = Callable[[datetime, str], str]
"""A time (UTC) and a zone to the day, as it is written there."""


def use(one: Use) -> str:
    """What a wording is for, as the heading of its group."""
    match one:
        case Use.HOLDING:
            return _("Holding replies")
        case Use.REPLY:
            return _("Replies")
        case Use.PRIVATE:
            return _("In private")
        case Use.WALK_AWAY:
            return _("When we walk away")
        case Use.THANKS:
            return _("Thanks")
        case _:
            assert_never(one)


def use_means(one: Use) -> str:
    """What becomes of such a wording."""
    match one:
        case Use.HOLDING:
            return _("May go at once, once for each place, while it is signed off.")
        case Use.REPLY:
            return _("A start for the reply in public. It takes the same steps as any other.")
        case Use.PRIVATE:
            return _("For one person alone, where they asked for it.")
        case Use.WALK_AWAY:
            return _("The last polite line, when enough has been said.")
        case Use.THANKS:
            return _("For praise, and for somebody who stood up for you.")
        case _:
            assert_never(one)


def slot(one: Slot) -> str:
    """What stands in a slot's place in the end."""
    match one:
        case Slot.NAME:
            return _("their name, as published")
        case Slot.CONTACT:
            return _("a contact of the plan")
        case Slot.TIME:
            return _("by when they hear from you")
        case Slot.BUSINESS:
            return _("the name of the business")
        case Slot.ME:
            return _("your name")
        case Slot.ITEM:
            return _("what they bought or had done")
        case Slot.FOUND:
            return _("what you found out")
        case Slot.CHANGE:
            return _("what you do otherwise now")
        case Slot.OFFER:
            return _("what you offer them")
        case _:
            assert_never(one)


def iso_day(moment: datetime, zone: str) -> str:
    """The day in the business's zone, as 2026-11-18."""
    return moment.astimezone(ZoneInfo(zone)).date().isoformat()


def standing(one: Standing, zone: str, day: Day = iso_day) -> str:
    """A few words for a pill: how a wording stands."""
    match one.stands:
        case Stands.NOT_SIGNED:
            return _("not signed off")
        case Stands.LAPSED:
            return _("sign-off lapsed")
        case Stands.SIGNED:
            until = day(one.until, zone) if one.until else ""
            return _("signed off until {day}").format(day=until)
        case _:
            assert_never(one.stands)


def signed_by(one: Standing, name: str, zone: str, day: Day = iso_day) -> str:
    """Who signed it and when; empty where nobody did."""
    if one.since is None:
        return ""
    words = _("{name} signed it off on {day}")
    if one.alone:
        words = _("{name} reviewed it alone on {day}, after a night")
    return words.format(name=name, day=day(one.since, zone))


def obstacle(one: Obstacle, name: str) -> str:
    """Why somebody cannot sign a wording now."""
    match one:
        case Obstacle.RETIRED:
            return _("It is no longer used.")
        case Obstacle.NOT_HERE:
            return _("{name} is not here now.").format(name=name)
        case Obstacle.WROTE_IT:
            return _("{name} wrote it, so somebody else has to sign.").format(name=name)
        case Obstacle.NIGHT_FIRST:
            return _("{name} wrote it and is alone here: sleep on it first.").format(name=name)
        case _:
            assert_never(one)


def cannot_sign(why: Obstacle, name: str) -> KnownError:
    words = obstacle(why, name)
    match why:
        case Obstacle.RETIRED:
            return KnownError("no_such_wording", words, _("Write it anew first."))
        case Obstacle.NOT_HERE:
            return KnownError("not_active", words, _("Ask somebody who is."))
        case Obstacle.WROTE_IT:
            return KnownError("wrote_it", words, _("Have somebody sign who did not write it."))
        case Obstacle.NIGHT_FIRST:
            way = _("Read it once more tomorrow, then sign: 8 hours and a night later.")
            return KnownError("night_first", words, way)
        case _:
            assert_never(why)


def problem(why: Problem, what: str) -> str:  # noqa: C901 - one arm for each of them
    """What is wrong with a wording."""
    match why:
        case Problem.NO_TITLE:
            return _("A wording needs a title.")
        case Problem.TITLE_TOO_LONG:
            return _("A title has at most {n} letters.").format(n=TITLE_LIMIT)
        case Problem.NO_TEXT:
            return _("The words themselves are missing.")
        case Problem.TEXT_TOO_LONG:
            return _("A wording has at most {n} letters.").format(n=TEXT_LIMIT)
        case Problem.UNSEEN:
            return _("There are signs in it that cannot be seen.")
        case Problem.UNKNOWN_SLOT:
            return _("There is no slot called {slot}.").format(slot=f"{{{what}}}")
        case Problem.NOT_IN_HOLDING:
            return _("A holding reply cannot have the slot {slot}.").format(slot=f"{{{what}}}")
        case Problem.BAD_FITS:
            return _("This is no short word for a kind of complaint: {word}").format(word=what)
        case Problem.BAD_CHANNEL:
            return _("This is no kind of channel: {word}").format(word=what)
        case Problem.BAD_LANGUAGE:
            return _("This is no language: {word}").format(word=what)
        case _:
            assert_never(why)


def bad_wording(error: BadWordingError) -> KnownError:
    match error.problem:
        case Problem.UNKNOWN_SLOT:
            known = ", ".join(f"{{{one.value}}}" for one in Slot)
            way = _("Use one of these: {slots}").format(slots=known)
        case Problem.NOT_IN_HOLDING:
            known = ", ".join(f"{{{one.value}}}" for one in plan.IN_HOLDING)
            way = _("Only these are filled in without anybody looking: {slots}")
            way = way.format(slots=known)
        case Problem.BAD_LANGUAGE:
            way = _("Write it as in: en, de, pt-BR. Or leave it empty.")
        case Problem.BAD_CHANNEL:
            way = _("Write it as in: hand, mail. Or leave it empty for any.")
        case Problem.BAD_FITS:
            way = _("Write it as in: late, broken, rude.")
        case Problem.UNSEEN:
            way = _("Type it again by hand.")
        case _:
            way = _("Change that, then keep it.")
    return KnownError("bad_wording", problem(error.problem, error.what), way)


def unread(one: Unread) -> str:
    """Why a place in a file was not taken, with its line."""
    return _("Line {n}: {why}").format(n=one.line, why=_why(one))


def _why(one: Unread) -> str:
    match one.why:
        case Trouble.NO_SUCH_PART:
            return _("there is no part called {name}").format(name=one.what)
        case Trouble.STRAY:
            return _("this belongs to no wording: {words}").format(words=_short(one.what))
        case Trouble.NO_SUCH_LINE:
            return _("this is no line of a wording's head: {words}").format(words=_short(one.what))
        case Trouble.NO_SUCH_USE:
            uses = ", ".join(each.value.replace("_", " ") for each in Use)
            return _("{name} is none of: {uses}").format(name=one.what or "-", uses=uses)
        case Trouble.BAD_ID:
            return _("{name} is no id: small letters, digits, - and _").format(name=one.what)
        case Trouble.TWICE:
            return _("{name} stands in the file twice").format(name=one.what)
        case Trouble.TITLE_TAKEN:
            words = _("another wording is called {name} already; what is there stays as it is")
            return words.format(name=one.what)
        case Problem():
            return problem(one.why, one.what)
        case _:
            assert_never(one.why)


def _short(words: str) -> str:
    return words if len(words) <= 60 else f"{words[:59]}…"


def sent_alike(author: str, at: str, *, holding: bool) -> str:
    """That much the same was sent to somebody else on the same site."""
    name = author or _("somebody")
    words = _("Much the same went to {name} there on {day}. Sites turn away repeated words.")
    if holding:
        words = _(
            "Much the same holding reply went to {name} there on {day}. Sites turn away repeated "
            "words."
        )
    return words.format(name=name, day=at)


def exact_day(standing_of: Standing, zone: str) -> str:
    """When a sign-off ends, to the minute; for a tooltip."""
    return wording.exact(standing_of.until, zone) if standing_of.until else ""
