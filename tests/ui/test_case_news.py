"""What has become of a mention at its site: said on its page as what it is, and read again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtGui import QDesktopServices
from tests.ui.case_robot import SAID, Bench, CaseRobot

from calmreply.app.ledger import writing
from calmreply.app.ports.storage import Source, Takes
from calmreply.domain.case import SiteLooked
from calmreply.domain.mention import Heard, Origin, SourceId

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtCore import QUrl
    from pytestqt.qtbot import QtBot

    from calmreply.domain.mention import CaseId
    from calmreply.ui.kit.theme import Theme

THERE = "https://bsky.app/profile/shop.example/post/3kown"
NEWS = "case.mention.news"
BEFORE = "case.mention.before"


@pytest.fixture
def bench() -> Bench:
    found = Bench()
    found.account()
    return found


@pytest.fixture
def page(qtbot: QtBot, bench: Bench, worn: Theme) -> Iterator[CaseRobot]:
    assert worn is not None
    robot = CaseRobot(qtbot, bench, who=bench.ana)
    yield robot
    robot.finish()


def looked(bench: Bench, case: CaseId, **found: Any) -> None:
    """Before a send the program looked, and found this."""
    bench.clock.advance(seconds=1)
    with writing(bench.home) as ledger:
        ledger.record(SiteLooked(1, ledger.reading, **found), case, by_program=True)


def said(page: CaseRobot) -> str:
    """What stands before Send about it."""
    lines = page.page.before.lines()
    return next((line.words for line in lines if line.key == "mention_changed"), "")


def test_an_answer_of_ours_from_elsewhere_is_said_and_shown(
    page: CaseRobot, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def open_url(url: QUrl) -> bool:
        opened.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    case = bench.ready(bench.said())
    looked(bench, case, answered=THERE)
    page.open(case)
    assert said(page) == "It was answered there already: Ana has to read it again"
    assert page.text(NEWS) == "It was answered there from your account, but not from here."
    page.press("case.mention.there")
    assert opened == [THERE]
    bench.clock.advance(seconds=1)
    bench.read(case)
    page.open(case)
    assert said(page) == ""
    assert page.there("case.mention.there"), "it still stands there"


def test_words_of_the_site_are_no_link(page: CaseRobot, bench: Bench) -> None:
    case = bench.ready(bench.said())
    looked(bench, case, answered="at://did:plc:shop/app.bsky.feed.post/3kown")
    page.open(case)
    assert page.there(NEWS)
    assert not page.there("case.mention.there")


def test_what_is_gone_is_not_called_changed(page: CaseRobot, bench: Bench) -> None:
    with writing(bench.home) as ledger:
        place = Source(SourceId(""), "site", "site:/all", "The shop", Takes.ALL)
        source, wall = ledger.tx.add_source(place), ledger.now.wall
        heard = Heard(key="5", author="Marta", text=SAID, origin=Origin.FEED)
        (one,) = ledger.tx.add_mentions(source, [heard], wall, older=[False], rules_line=0)
        assert one.case is not None
    case = bench.ready(one.case)
    bench.clock.advance(seconds=1)
    with writing(bench.home) as ledger:
        ledger.tx.mark_gone(source, ["5"], ledger.now.wall)
    page.open(case)
    assert said(page) == "It no longer stands there: Ana has to read it again"
    assert page.text(NEWS).startswith("It no longer stands there; the site said so today")


def test_what_was_changed_before_anybody_read_it_is_told_and_can_be_seen(
    page: CaseRobot, bench: Bench
) -> None:
    case = bench.said("The rolls were cold. Never again!", stars=None)
    page.open(case)
    assert not page.there(NEWS)
    assert not page.there(BEFORE)
    bench.clock.advance(minutes=29)
    bench.edited(case, "The rolls were cold. We come again!")
    page.open(case)
    told = "It was changed there, as seen today\u00a014:03 (version 2)."
    assert page.text(NEWS) == told
    assert page.page.mention.words.toPlainText() == "The rolls were cold. We come again!"
    page.press(BEFORE)
    words = page.page.mention.words
    assert "Removed: \u201cNever\u201d." in words.accessibleDescription()
    assert "Added: \u201cWe come\u201d." in words.accessibleDescription()
    page.press(BEFORE)
    assert page.page.mention.words.toPlainText() == "The rolls were cold. We come again!"
    page.press("case.read")
    assert not page.there(NEWS), "whoever has read it as it stands needs to hear of no change"
    assert page.there(BEFORE)
    bench.edited(case, "The rolls were cold. We come again, perhaps!")
    page.page.read_again()
    page.settle()
    assert page.text(NEWS) == "They changed this since it was read."
    assert not page.there(BEFORE), "what is new stands there as it is"
