"""The case page of a conversation: what was said before, and what is to be answered."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from tests.ui.case_robot import REPLY, SAID, Bench, CaseRobot

from calmreply.app import queries
from calmreply.app.listening import listen
from calmreply.app.ports.listeners import Round
from calmreply.app.ports.storage import Account, Source
from calmreply.app.sending import accounts
from calmreply.domain.mention import CaseId, Heard, Origin, SourceId, Stars
from calmreply.domain.outbox import State, state
from calmreply.domain.stage import Stage
from calmreply.testing.channels import CUT, NOT_LEFT, ScriptedChannel, Step
from calmreply.testing.listeners import ScriptedListener
from calmreply.ui.dialogs.look import LookDialog
from calmreply.ui.dialogs.review import ReviewDialog
from calmreply.ui.kit.buttons import LinkButton

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

FIRST = Heard(
    "shop#1",
    "Marta Kowalczyk",
    SAID,
    Origin.FEED,
    url="https://shop.example/cakes#comment-1",
    site="Corner Bakery",
    stars=Stars(1),
    target="12/1",
    thread="12",
)
ANSWER = "Thank you, Ana. I did call, and the new cake was lovely. But who pays for the taxi?"


class Talk:
    """Comments on the shop's own site."""

    def __init__(self, bench: Bench) -> None:
        self.bench, self.count = bench, 1
        self.listener = ScriptedListener("site")
        site = ScriptedChannel("site", "The site", answers=("site",))
        channels = {**bench.home.channels, "site": site}
        bench.home = replace(bench.home, channels=channels, listeners={"site": self.listener})
        accounts.save(bench.home, bench.ana, Account("acc", "site", {}))
        with bench.home.store.write() as tx:
            tx.add_source(Source(SourceId(""), "site", "site:acc/x", "Corner Bakery"))
        self.case = self.comes(FIRST)

    def comes(self, heard: Heard) -> CaseId:
        (source,) = listen.sources(self.bench.home)
        self.listener.will(Round("Corner Bakery", (heard,)))
        listen.poll(self.bench.home, source)
        with self.bench.home.store.read() as tx:
            return next(CaseId(str(m.case)) for m, _r in tx.mentions() if m.key == heard.key)

    def says(self, text: str = ANSWER, answers: str = "") -> None:
        """Another comment of theirs in the same thread, an hour later."""
        self.bench.clock.advance(minutes=61)
        self.count += 1
        key, target = f"shop#{self.count}", f"12/{self.count}"
        told = replace(FIRST, key=key, target=target, text=text, stars=None, answers=answers)
        assert self.comes(told) == self.case

    def stage(self) -> Stage:
        return queries.case_page(self.bench.home, self.case).stage

    def answered(self, text: str = REPLY) -> str:
        """We answer; what the site calls it."""
        return self.bench.sent(self.case, text=text).reference


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def talk(bench: Bench) -> Talk:
    return Talk(bench)


@pytest.fixture
def page(qtbot: QtBot, talk: Talk) -> Iterator[CaseRobot]:
    robot = CaseRobot(qtbot, talk.bench, who=talk.bench.ana)
    yield robot
    robot.finish()


def seen(page: CaseRobot) -> list[str]:
    """What stands on the mention's card, from top to bottom."""
    card = page.page.mention
    labels = [one for one in card.findChildren(QLabel) if one.isVisible() and one.text()]
    return [one.text() for one in sorted(labels, key=lambda one: one.mapTo(card, one.pos()).y())]


def said(page: CaseRobot) -> list[tuple[str, str]]:
    """What was said before, in its order: by whom, and the words."""
    found = page.page.mention.earlier.findChildren(QLabel)
    told = [one for one in found if one.objectName().startswith("case.earlier") and one.isVisible()]
    return [(one.objectName().removeprefix("case.earlier."), one.text()) for one in told]


def link(page: CaseRobot, name: str) -> LinkButton | None:
    found: QWidget | None = page.window.findChild(QWidget, name)
    assert found is None or isinstance(found, LinkButton)
    return found if found is not None and found.isVisible() else None


def overtaken(talk: Talk, step: Step) -> None:
    """They say more in the middle of the attempt, which ends like this."""
    site = talk.bench.home.channels["site"]
    assert isinstance(site, ScriptedChannel)

    def says_more() -> None:
        site.during = None
        talk.says()

    site.will(step)
    site.during = says_more
    talk.answered()


def told(page: CaseRobot) -> str:
    labels: list[QLabel] = page.find("case.sending").findChildren(QLabel)
    return "\n".join(one.text() for one in labels if one.isVisible())


def test_in_doubt_from_before_their_answer_it_is_asked_about(page: CaseRobot, talk: Talk) -> None:
    overtaken(talk, CUT)
    page.open(talk.case)
    assert talk.stage() is Stage.NEEDS_YOU
    assert "Did this appear?" in told(page)
    assert REPLY in told(page)
    page.later(minutes=10)
    page.press("case.sending.no")
    assert talk.stage() is Stage.NEW
    assert not page.there("case.sending")


def test_stopped_by_their_answer_it_says_so_and_its_words_are_in_the_editor(
    page: CaseRobot, talk: Talk
) -> None:
    overtaken(talk, NOT_LEFT)
    page.open(talk.case)
    assert page.shown.page.stage is Stage.NEW
    assert "They said more before it left" in told(page)
    assert not page.there("case.sending.again")
    assert talk.bench.draft(talk.case) == REPLY
    assert page.page.reply.edit.words() == REPLY
    talk.bench.ready(talk.case, text="Who pays? We do.")
    page.page.read_again()
    page.settle()
    assert not page.there("case.sending")


def test_by_hand_what_was_copied_before_they_said_more_can_still_be_said_to_stand_there(
    page: CaseRobot, talk: Talk
) -> None:
    report = talk.bench.sent(talk.case, channel="hand")
    assert report.state is State.IN_FLIGHT
    talk.says()
    page.open(talk.case)
    assert "Copied. Paste it on the page" in told(page)
    page.page.sending.link.setText("https://shop.example/cakes#comment-9")
    page.press("case.sending.posted")
    (one,) = page.shown.facts.entries
    assert state(one, page.shown.page.known.now) is State.SENT
    assert page.shown.page.stage is Stage.NEW


def test_the_first_words_alone_have_nothing_before_them(page: CaseRobot, talk: Talk) -> None:
    page.open(talk.case)
    assert said(page) == []
    assert link(page, "case.turn.split") is None
    assert any(words.startswith("What they said") for words in seen(page))


def test_their_answer_is_what_is_to_be_answered(page: CaseRobot, talk: Talk) -> None:
    reference = talk.answered()
    talk.says(answers=reference)
    page.open(talk.case)
    assert page.shown.page.stage is Stage.NEW
    assert said(page) == [("theirs", SAID), ("ours", REPLY)]
    assert any(words.startswith("They answered  ·  Corner Bakery") for words in seen(page))
    assert any(words.startswith("Our answer, by Ana  ·  ") for words in seen(page))
    assert page.page.mention.words.toPlainText() == ANSWER
    assert page.page.mention.read.isVisible()
    assert page.shown.words.to.target == "12/2"
    assert page.shown.also == ()
    talk.bench.ready(talk.case, text="Dear Marta, we do.")
    page.page.read_again()
    page.settle()
    assert said(page) == [("theirs", SAID), ("ours", REPLY)]


def test_a_long_conversation_shows_the_nearest_and_all_when_asked(
    page: CaseRobot, talk: Talk
) -> None:
    for number in range(4):
        talk.says(f"More {number}")
    page.open(talk.case)
    assert [words for _who, words in said(page)] == ["More 0", "More 1", "More 2"]
    more = link(page, "case.earlier.all")
    assert more is not None
    assert more.text() == "Show 1 more that was said before"
    more.click()
    page.settle()
    assert [words for _who, words in said(page)] == [SAID, "More 0", "More 1", "More 2"]
    assert any(words.startswith("They said more") for words in seen(page))


def test_another_matter_gets_a_case_of_its_own(page: CaseRobot, talk: Talk) -> None:
    talk.says("Do you bake on Sundays?")
    page.open(talk.case)
    split = link(page, "case.turn.split")
    assert split is not None
    split.click()
    page.settle()
    assert said(page) == []
    assert page.page.mention.words.toPlainText() == SAID
    assert link(page, "case.turn.split") is None


def test_what_was_written_before_they_said_more_is_not_lost(page: CaseRobot, talk: Talk) -> None:
    talk.bench.written(talk.case)
    talk.says()
    page.open(talk.case)
    assert page.page.reply.edit.toPlainText() == REPLY
    assert "not_read" in page.blockers()


def test_who_signs_and_who_looks_again_see_what_was_said_before(
    page: CaseRobot, talk: Talk
) -> None:
    talk.says(answers=talk.answered())
    bench = talk.bench
    bench.signed_off(talk.case, text="Dear Marta, we do.")
    bench.clock.advance(minutes=60)
    page.desk.sign_in(bench.ana)
    for dialog in (ReviewDialog(page.desk, talk.case), LookDialog(page.desk, talk.case)):
        dialog.show()
        page.settle()
        words = [one.text() for one in dialog.findChildren(QLabel) if one.isVisible()]
        assert {SAID, REPLY} <= set(words)
        assert any(one.startswith("What was said  ·  ") for one in words)
        assert not any("changed since you saw it" in one for one in words)
        dialog.close()
