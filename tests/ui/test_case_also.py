"""The case page of what came from several places: seen, opened, taken out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from tests.ui.case_robot import SAID, Bench, CaseRobot

from calmreply.app import queries
from calmreply.app.cases import judge
from calmreply.app.listening import grouping, listen, polling
from calmreply.app.ports import FeedEntry
from calmreply.app.ports.storage import Source
from calmreply.domain.mention import CaseId, SourceId
from calmreply.ui.kit.buttons import LinkButton

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot


@pytest.fixture
def page(qtbot: QtBot, bench: Bench) -> Iterator[CaseRobot]:
    robot = CaseRobot(qtbot, bench, who=bench.ana)
    yield robot
    robot.finish()


@pytest.fixture
def bench() -> Bench:
    return Bench()


def copied(
    bench: Bench, place: str, url: str | None = None, title: str = "", said: str = SAID
) -> CaseId:
    """A place says the same as was brought in by hand."""
    wall = bench.clock.wall
    with bench.home.store.write() as tx:
        known = tx.add_source(Source(SourceId(""), listen.FEED, f"https://{place}/f", place))
    source = replace(listen.find_source(bench.home, known), title=place)
    entry = FeedEntry(place, url, title, "Marta Kowalczyk", said, wall)
    (arrived,) = polling.store_entries(bench.home, source, [entry], wall)
    assert arrived.case is not None
    return arrived.case


def said(page: CaseRobot) -> str:
    label = page.window.findChild(QLabel, "case.also")
    assert label is not None
    return label.text() if label.isVisible() else ""


def hovers(page: CaseRobot) -> str:
    return "\n".join(one.accessibleDescription() for one in page.window.findChildren(QLabel))


def links(page: CaseRobot, name: str) -> list[LinkButton]:
    found = page.window.findChildren(LinkButton)
    return [one for one in found if one.objectName().startswith(f"case.also.{name}")]


def press(page: CaseRobot, link: QWidget) -> None:
    assert isinstance(link, LinkButton)
    link.click()
    page.settle()


def test_one_mention_says_nothing(page: CaseRobot, bench: Bench) -> None:
    page.open(bench.said())
    assert said(page) == ""


def test_by_which_source_it_came_is_told_on_hover(page: CaseRobot, bench: Bench) -> None:
    page.open(bench.said())
    assert "Heard through" not in hovers(page)  # somebody brought it in
    page.open(copied(bench, "hello@bluedoor.example (INBOX)", said="Where were you on Sunday?"))
    assert "Heard through hello@bluedoor.example (INBOX)" in hovers(page)


def test_who_else_and_not_the_same(page: CaseRobot, bench: Bench) -> None:
    case = bench.said()
    assert copied(bench, "copies.example", "https://copies.example/1") == case
    page.open(case)
    assert said(page) == "The same story also came from copies.example"
    assert copied(bench, "more.example") == case
    page.page.read_again()
    page.settle()
    assert said(page) == "The same story also came from copies.example (1 more)"
    assert links(page, "split") == []
    (show,) = links(page, "show")
    assert show.text() == "Show them"
    press(page, show)
    assert show.text() == "Hide"
    assert len(links(page, "open")) == 1  # the other one names no page
    first, second = links(page, "split")
    assert "Marta Kowalczyk" in first.accessibleDescription()
    assert "copies.example" in first.accessibleDescription()
    press(page, second)
    assert said(page) == "The same story also came from copies.example"
    assert len(links(page, "split")) == 1  # what is left stays open
    assert len(grouping.mentions(bench.home, case)) == 2
    apart = [line.row.case for line in queries.inbox(bench.home)]
    assert len(set(apart)) == 2


def test_a_title_ends_before_the_words_begin(page: CaseRobot, bench: Bench) -> None:
    case = bench.said()
    assert copied(bench, "copies.example", title="Never again") == case
    page.open(case)
    (show,) = links(page, "show")
    press(page, show)
    told = [label.text() for label in page.window.findChildren(QLabel) if label.isVisible()]
    assert any(one.startswith(f"Never again: {SAID[:20]}") for one in told)


def test_not_while_a_reply_is_on_its_way(page: CaseRobot, bench: Bench) -> None:
    case = bench.said()
    copied(bench, "copies.example")
    bench.sent(case)
    page.open(case)
    (show,) = links(page, "show")
    press(page, show)
    (split,) = links(page, "split")
    press(page, split)
    told = [label.text() for label in page.window.findChildren(QLabel) if label.isVisible()]
    assert any("still on its way" in words for words in told)
    assert len(grouping.mentions(bench.home, case)) == 2


def test_what_happened_tells_both_cases(page: CaseRobot, bench: Bench) -> None:
    case = bench.said()
    copied(bench, "copies.example")
    (_first, second) = grouping.mentions(bench.home, case)
    own, _changes = grouping.split(bench.home, bench.ana, second.id)
    words = {
        case: f"Ana put what was said at copies.example apart: it is case {own} now",
        own: f"Ana put it apart from case {case}, to which it had come",
    }
    for one, told in words.items():
        judge.set_aside(bench.home, bench.ana, one, "Not ours.")
        page.open(one)
        card = page.window.findChild(QWidget, "case.story")
        assert card is not None
        assert told in [label.text() for label in card.findChildren(QLabel)]
