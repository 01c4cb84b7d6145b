"""The list's model: rows when looked at, never an exception, whatever comes in whatever order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QApplication

from calmreply.app.inbox_lines import CaseState, InboxLine
from calmreply.app.ports.storage import InboxRow
from calmreply.app.queries import Overview
from calmreply.domain.mention import CaseId, MentionId, Origin, Stars
from calmreply.domain.outbox import State
from calmreply.domain.stage import Stage
from calmreply.ui.inbox import rows
from calmreply.ui.inbox.model import CHUNK, KEPT, InboxModel
from calmreply.ui.kit.line_data import LINE_ROLE, LineData

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
MAILBOX = "hello@bluedoor.example (INBOX)"


def ids(*numbers: int) -> tuple[MentionId, ...]:
    return tuple(MentionId(f"m{number}") for number in numbers)


def row(mention: MentionId, **changes: object) -> InboxRow:
    number = int(mention[1:])
    told: dict[str, object] = {
        "mention": mention,
        "case": CaseId(f"c{number}"),
        "source": None,
        "source_title": "",
        "origin": Origin.PASTE,
        "author": f"Author {number}",
        "title": "",
        "text": "The bread was from yesterday.",
        "stars": None,
        "url": None,
        "site": "Google",
        "published": NOW - timedelta(minutes=number),
        "heard": NOW,
        "older": False,
        "touched": False,
    }
    return InboxRow(**(told | changes))  # type: ignore[arg-type]  # of these types, above


def overview(**states: CaseState) -> Overview:
    cases = {CaseId(case): state for case, state in states.items()}
    return Overview(NOW, "UTC", cases, dict.fromkeys(Stage, 0), "", None)


def lines(mentions: tuple[MentionId, ...]) -> tuple[InboxLine, ...]:
    return tuple(InboxLine(row(one), CaseState(Stage.NEW)) for one in mentions)


def shown(model: InboxModel, number: int) -> object:
    return model.index(number).data(LINE_ROLE)


class Asking:
    """A model, and what it asked for."""

    def __init__(self) -> None:
        self.app = QApplication.instance() or QApplication([])
        self.model = InboxModel()
        self.model.set_view(overview(), NOW)
        self.asked: list[tuple[MentionId, ...]] = []
        self.model.wanted.connect(self.asked.append)

    def turn(self) -> None:
        self.app.processEvents()


def test_a_row_is_asked_for_when_it_is_looked_at_and_its_neighbours_with_it() -> None:
    asking = Asking()
    asking.model.set_ids(ids(*range(1000)))
    asking.turn()
    assert asking.asked == []
    assert shown(asking.model, 100) is None
    asking.turn()
    assert asking.asked == [ids(*range(96, 144))]
    asking.model.fill(asking.asked[0], lines(asking.asked[0]))
    line = shown(asking.model, 100)
    assert isinstance(line, LineData)
    assert (line.who, line.when, line.exact_when) == ("Author 100", "1 h", "3 Mar 2026, 07:20")
    asking.turn()
    assert len(asking.asked) == 1


def test_what_was_scrolled_past_is_left_behind_and_the_last_comes_first() -> None:
    asking = Asking()
    asking.model.set_ids(ids(*range(10_000)))
    for number in range(0, 10_000, CHUNK):
        shown(asking.model, number)
    asking.turn()
    assert asking.asked == [ids(*range(9984, 10_000))]
    while len(asking.asked) < 20:
        before = len(asking.asked)
        asking.model.fill(asking.asked[-1], lines(asking.asked[-1]))
        asking.turn()
        if len(asking.asked) == before:
            break
    assert len(asking.asked) == 6
    assert asking.asked[1][0] == "m9936"


def test_a_missing_row_and_a_failed_row_are_grey_with_words() -> None:
    asking = Asking()
    asking.model.set_ids(ids(1, 2))
    shown(asking.model, 0)
    asking.turn()
    asking.model.fill(ids(1, 2), lines(ids(1)))
    gone = shown(asking.model, 1)
    assert isinstance(gone, LineData)
    assert gone.dim
    assert gone.text == "It is no longer here."
    asking.model.forget()
    shown(asking.model, 0)
    asking.turn()
    asking.model.fail(ids(1, 2), "The disk is gone.")
    still = shown(asking.model, 0)
    assert isinstance(still, LineData)
    assert still.who == "Author 1", "what is known stays"
    asking.model.set_ids(ids(7))
    shown(asking.model, 0)
    asking.turn()
    asking.model.fail(ids(7), "The disk is gone.")
    failed = shown(asking.model, 0)
    assert isinstance(failed, LineData)
    assert (failed.dim, failed.text) == (True, "The disk is gone.")
    asking.turn()
    assert len(asking.asked) == 3, "a row that failed is not asked for again and again"


def test_only_so_many_rows_are_kept() -> None:
    asking = Asking()
    everything = ids(*range(KEPT + 500))
    asking.model.set_ids(everything)
    asking.model.fill(everything, lines(everything))
    assert not asking.model.known(asking.model.index(0))
    assert asking.model.known(asking.model.index(KEPT + 499))


def test_a_stage_that_changes_shows_without_reading_a_row_again() -> None:
    asking = Asking()
    asking.model.set_ids(ids(1))
    asking.model.fill(ids(1), lines(ids(1)))
    until = NOW + timedelta(minutes=37)
    asking.model.set_view(overview(c1=CaseState(Stage.COOLING, until=until)), NOW)
    line = shown(asking.model, 0)
    assert isinstance(line, LineData)
    assert line.pills[-1] == ("amber", "Cooling 37 min")
    asking.turn()
    assert asking.asked == []


def test_what_a_line_says() -> None:
    line = rows.line_data(
        InboxLine(
            row(ids(41)[0], stars=Stars(1), author="", title="Never again", text="It was cold."),
            CaseState(Stage.WITH_REVIEWER, reviewer="Tom"),
        ),
        NOW,
        "Europe/London",
    )
    assert line == LineData(
        who="Somebody",
        when="41 min",
        text="Never again: It was cold.",
        pills=(("red", "Complaint"), ("neutral", "Google 1/5 ★"), ("violet", "With Tom")),
        exact_when="3 Mar 2026, 08:19",
    )
    asks = row(ids(1)[0], title="Open on Sunday?", text="I could not find it.")
    told = rows.line_data(InboxLine(asks, CaseState(Stage.NEW)), NOW, "UTC")
    assert told.text == "Open on Sunday? I could not find it."
    unsure = CaseState(Stage.NEEDS_YOU, entry=State.UNSURE)
    told = rows.line_data(InboxLine(row(ids(1)[0]), unsure), NOW, "UTC")
    assert told.pills[-1] == ("red", "Nobody knows yet whether it arrived")
    away = rows.line_data(InboxLine(row(ids(1)[0], gone=True), CaseState(Stage.NEW)), NOW, "UTC")
    assert ("neutral", "Gone") in away.pills
    held = InboxLine(row(ids(1)[0]), CaseState(Stage.NEW), held=True)
    assert ("amber", "Waits for approval") in rows.line_data(held, NOW, "UTC").pills
    through = replace(held, state=CaseState(Stage.NEW, let_through=True))
    assert "Waits for approval" not in dict(rows.line_data(through, NOW, "UTC").pills).values()


@pytest.mark.parametrize(
    ("changes", "who", "pills"),
    [
        ({"site": "ign.example"}, "ign.example", []),  # a hit of a Google Alert
        ({"site": "ign.example", "stars": Stars(4)}, "ign.example", ["ign.example 4/5 ★"]),
        # An entry of a feed: where it stands, then by which source it came.
        ({"site": MAILBOX}, "news.example", [MAILBOX]),
        ({"site": "", "url": "https://google.com/url?q=https://b.example"}, "b.example", [MAILBOX]),
        ({"site": "E-mail", "url": None}, "E-mail", []),
        ({"site": "E-mail", "author": "Ana"}, "Ana", ["E-mail"]),
        ({"site": "\u202eelpmaxe"}, "[U+202E]elpmaxe", []),
    ],
)  # fmt: skip
def test_a_line_without_an_author_is_headed_by_where_it_stands(
    changes: dict[str, object], who: str, pills: list[str]
) -> None:
    brought = {"author": "", "source_title": MAILBOX, "url": "https://www.news.example/a"}
    told = rows.line_data(
        InboxLine(row(ids(1)[0], **(brought | changes)), CaseState(Stage.NEW)), NOW, "UTC"
    )
    assert told.who == who
    here = [words for _tone, words in told.pills if words not in ("New", "Praise")]
    assert here == pills


@given(st.datetimes(), st.integers(-10_000, 10_000))
@settings(max_examples=50)
def test_nobody_has_waited_since_the_future(published: datetime, heard: int) -> None:
    at = NOW + timedelta(minutes=heard)
    one = row(ids(1)[0], published=published.replace(tzinfo=UTC), heard=at)
    assert rows.said_at(one) <= at


class ModelLife(RuleBasedStateMachine):
    """Lists, rows, failures and looks in any order, as threads and people bring them."""

    def __init__(self) -> None:
        super().__init__()
        self.asking = Asking()
        self.model = self.asking.model
        self.open: list[tuple[MentionId, ...]] = []
        self.model.wanted.connect(self.open.append)

    @rule(numbers=st.lists(st.integers(0, 300), max_size=150, unique=True))
    def another_list(self, numbers: list[int]) -> None:
        self.model.set_ids(ids(*numbers))

    @rule(count=st.integers(1, 100))
    def more_at_the_end(self, count: int) -> None:
        self.model.set_ids((*self.model.ids, *ids(*range(1000, 1000 + count))))

    @rule(number=st.integers(0, 400))
    def look(self, number: int) -> None:
        shown(self.model, number)
        self.asking.turn()

    @rule(missing=st.booleans(), fails=st.booleans(), which=st.integers(0, 5))
    def answer(self, *, missing: bool, fails: bool, which: int) -> None:
        if self.open:
            asked = self.open.pop(which % len(self.open))
            if fails:
                self.model.fail(asked, "It did not work.")
            else:
                self.model.fill(asked, lines(asked[: len(asked) // 2] if missing else asked))
            self.asking.turn()

    @rule(number=st.integers(0, 300))
    def something_changed(self, number: int) -> None:
        self.model.forget(frozenset({CaseId(f"c{number}")}) if number else None)

    @rule(minutes=st.integers(0, 100))
    def later(self, minutes: int) -> None:
        self.model.tick(NOW + timedelta(minutes=minutes))

    @invariant()
    def every_index_answers(self) -> None:
        for number in (-1, 0, len(self.model.ids) - 1, len(self.model.ids)):
            index = self.model.index(number) if number >= 0 else QModelIndex()
            for role in (LINE_ROLE, Qt.ItemDataRole.AccessibleTextRole, 0, 999):
                self.model.data(index, role)
            self.model.case_at(index)

    def teardown(self) -> None:
        """Once every question is answered, no line that is looked at stays pale."""
        for _turn in range(60):
            for number in range(min(len(self.model.ids), 300)):
                shown(self.model, number)
            self.asking.turn()
            for asked in self.open:
                self.model.fill(asked, lines(asked))
            self.open.clear()
        seen = [shown(self.model, n) for n in range(min(len(self.model.ids), 300))]
        assert all(isinstance(line, LineData) for line in seen)
        self.model.deleteLater()


ModelLife.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
test_model_life = ModelLife.TestCase
