"""The stage of a case: the first that fits, in the product's order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from calmreply.domain.case import ChannelState, Choice
from calmreply.domain.outbox import Outcome
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.reply import ReplyKind
from calmreply.domain.stage import Stage
from calmreply.testing.builders import CaseBuilder

HAND = ChannelState("hand", connected=True)


def case() -> CaseBuilder:
    return CaseBuilder()


def sent() -> CaseBuilder:
    return case().ready().choose().begin().posted()


STAGES: list[tuple[str, Callable[[], CaseBuilder], Stage]] = [
    ("nothing happened", case, Stage.NEW),
    ("only read", lambda: case().read(), Stage.NEW),
    ("read and judged", lambda: case().read().judge(), Stage.NEW),
    ("felt", lambda: case().read().feel(), Stage.COOLING),
    ("drafted", lambda: case().draft("ana", "Dear"), Stage.NEW),
    ("written", lambda: case().write(), Stage.NEW),
    ("asked", lambda: case().read().feel().judge().write().ask(), Stage.WITH_REVIEWER),
    ("asked, waits over", lambda: case().read().feel().judge().write().ask().wait(),
     Stage.WITH_REVIEWER),
    ("signed, still cooling", lambda: case().read().feel().judge().write().ask().sign(),
     Stage.COOLING),
    ("changes asked", lambda: case().read().feel().judge().write().wait().ask().remark(),
     Stage.COOLING),
    ("the request lapsed", lambda: case().read().feel().judge().write().ask().advance(hours=73),
     Stage.COOLING),
    ("only the last look is missing",
     lambda: case().read().feel().judge().write().ask().sign().wait(), Stage.READY),
    ("everything is clear", lambda: case().ready(), Stage.READY),
    ("the page must be looked at", lambda: case().ready().advance(minutes=30), Stage.READY),
    ("the look lapsed", lambda: case().ready().advance(hours=5), Stage.READY),
    ("not connected", lambda: case().ready().via(replace(HAND, connected=False)), Stage.READY),
    ("too long", lambda: case().ready().via(replace(HAND, max_length=1, length=2)), Stage.COOLING),
    ("ready, then felt worse", lambda: case().ready().feel("ana", Feeling.ANGRY), Stage.COOLING),
    ("ready, then edited by them", lambda: case().ready().edited("Worse!"), Stage.COOLING),
    ("a question, asked though nobody has to",
     lambda: case().read().feel().judge(Kind.QUESTION).write().ask().wait(), Stage.READY),
    ("chosen", lambda: case().ready().choose(), Stage.READY),
    ("in flight", lambda: case().ready().choose().begin(), Stage.READY),
    ("waiting to retry", lambda: case().ready().choose().begin().end(Outcome.NOT_LEFT),
     Stage.READY),
    ("refused", lambda: case().ready().choose().begin().end(Outcome.REFUSED), Stage.NEEDS_YOU),
    ("unsure", lambda: case().ready().choose().begin().end(Outcome.UNKNOWN), Stage.NEEDS_YOU),
    ("by hand, no word for a day", lambda: case().ready().choose().begin().advance(days=1),
     Stage.NEEDS_YOU),
    ("not posted", lambda: case().ready().choose().begin().not_posted(), Stage.READY),
    ("sent", sent, Stage.FOLLOW_UP),
    ("sent, and a new reply begun", lambda: sent().write(afresh=True), Stage.COOLING),
    ("sent, and a resolved note begun", lambda: sent().begin_reply("ana", ReplyKind.RESOLVED),
     Stage.COOLING),
    ("a holding reply is out", lambda: case().hold().begin().posted(), Stage.NEW),
    ("a holding reply was refused", lambda: case().hold().begin().end(Outcome.REFUSED),
     Stage.NEEDS_YOU),
    ("a holding reply was refused, and tried again",
     lambda: case().hold().begin().end(Outcome.REFUSED).hold().begin().posted(), Stage.NEW),
    ("answered outside", lambda: case().outside(), Stage.FOLLOW_UP),
    ("answered outside, and a new reply begun", lambda: case().outside().write(), Stage.NEW),
    ("do not reply", lambda: case().ready().look(choice=Choice.NONE), Stage.FOLLOW_UP),
    ("do not reply, but written on", lambda: case().ready().look(choice=Choice.NONE)
     .write(text="Dear R,"), Stage.COOLING),
    ("set aside", lambda: case().set_aside(), Stage.SET_ASIDE),
    ("set aside and opened again", lambda: case().read().set_aside().reopen(), Stage.NEW),
    ("set aside, then closed", lambda: case().set_aside().close(), Stage.TO_DEBRIEF),
    ("closed", lambda: sent().close(), Stage.TO_DEBRIEF),
    ("closed and opened again", lambda: sent().close().reopen(), Stage.FOLLOW_UP),
    ("closed, then set aside", lambda: sent().close().set_aside(), Stage.SET_ASIDE),
    ("debriefed", lambda: sent().close().debrief(), Stage.CLOSED),
    ("debriefed, opened, closed again", lambda: sent().close().debrief().reopen().close(),
     Stage.TO_DEBRIEF),
    ("debriefed though it was never closed", lambda: sent().debrief(), Stage.FOLLOW_UP),
    ("debriefed before it was closed", lambda: sent().debrief().close(), Stage.TO_DEBRIEF),
    ("debriefed though it was set aside", lambda: sent().set_aside().debrief(), Stage.SET_ASIDE),
    ("refused, then set aside",
     lambda: case().ready().choose().begin().end(Outcome.REFUSED).set_aside(), Stage.SET_ASIDE),
    ("refused, then answered outside",
     lambda: case().ready().choose().begin().end(Outcome.REFUSED).outside(), Stage.FOLLOW_UP),
    ("refused, then written anew",
     lambda: case().ready().choose().begin().end(Outcome.REFUSED).write(text="Dear R,"),
     Stage.COOLING),
    ("refused, then given up", lambda: case().ready().choose().begin().end(Outcome.REFUSED)
     .cancel(), Stage.READY),
    ("refused once, sent the second time", lambda: case().ready().choose().begin()
     .end(Outcome.REFUSED).choose().begin().posted(), Stage.FOLLOW_UP),
    ("in doubt comes before everything", lambda: case().ready().choose().begin()
     .advance(days=1).set_aside(), Stage.NEEDS_YOU),
    ("in doubt, though closed", lambda: case().ready().choose().begin().advance(days=1).close(),
     Stage.NEEDS_YOU),
]  # fmt: skip


@pytest.mark.parametrize(("build", "wanted"), [pytest.param(*row[1:], id=row[0]) for row in STAGES])
def test_the_first_stage_that_fits(build: Callable[[], CaseBuilder], wanted: Stage) -> None:
    assert build().stage() is wanted


def test_every_derived_stage_is_in_the_table() -> None:
    not_here = {Stage.FIXING, Stage.OLDER}
    assert {row[2] for row in STAGES} == set(Stage) - not_here


@pytest.mark.parametrize(
    ("zone", "hours"), [("UTC", 63), ("Europe/Berlin", 62), ("America/New_York", 68)]
)
def test_a_dated_debrief_comes_back_on_its_day_in_business_time(zone: str, hours: int) -> None:
    built = case().rules_now(zone=zone).outside().close().debrief_later(date(2026, 3, 6))
    built.advance(hours=hours - 1, minutes=59)
    assert built.stage() is Stage.CLOSED
    built.advance(minutes=1)
    assert built.stage() is Stage.TO_DEBRIEF
    assert built.debrief().stage() is Stage.CLOSED
