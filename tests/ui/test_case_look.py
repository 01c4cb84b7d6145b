"""The case page at any size, in any language, by keyboard alone and for those who hear it."""

from __future__ import annotations

import gettext
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAccessible, QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from tests.ui.case_robot import REPLY, SAID, Bench, CaseRobot

from calmreply import i18n
from calmreply.domain.mention import Origin, Promise, Stars
from calmreply.testing.channels import CUT
from calmreply.ui.kit.buttons import Button, Radio, Tick
from calmreply.ui.kit.checks import CheckLine
from calmreply.ui.kit.clock import ClockFace
from calmreply.ui.kit.pills import Pill, PillButton
from calmreply.ui.kit.text import ElidedLabel, RunLabel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from calmreply.domain.mention import CaseId
    from calmreply.ui.kit.theme import Theme

    OnPage = Callable[..., CaseRobot]

LOOKS = {
    "plain": (1.0, False, (830, 780)),
    "least": (1.0, True, (480, 600)),
    "translated": (1.0, True, (735, 740)),
    "large": (2.0, False, (1000, 700)),
    "large-translated": (2.0, True, (960, 700)),
}


@pytest.fixture
def bench() -> Bench:
    found = Bench()
    found.account()
    return found


@pytest.fixture
def on_page(qtbot: QtBot, bench: Bench, worn: Theme) -> Iterator[OnPage]:
    assert worn is not None
    robots: list[CaseRobot] = []

    def show(case: Any, **more: Any) -> CaseRobot:
        robots.append(CaseRobot(qtbot, bench, **{"who": bench.ana, **more}))
        return robots[-1].open(case)

    yield show
    for robot in robots:
        robot.finish()


@pytest.fixture(params=LOOKS)
def size(request: pytest.FixtureRequest, worn: Theme) -> Iterator[tuple[int, int]]:
    scale, translated, found = LOOKS[request.param]
    if translated:
        i18n.install(i18n.PseudoTranslations())
    worn.set_scale(scale)
    yield found
    i18n.install(gettext.NullTranslations())
    worn.set_scale(1.0)


def test_where_one_writes_all_of_the_page_is_in_sight(bench: Bench, on_page: OnPage) -> None:
    case = bench.written(bench.said(f"{SAID} {SAID}"), text=f"{REPLY} {REPLY}")
    page = on_page(case, size=(790, 803))  # what a window of 1360 by 860 leaves for it

    def in_sight() -> bool:
        columns = page.page.columns
        bars = [scroll.verticalScrollBar() for scroll in (columns.left, columns.right)]
        return not columns.narrow and not any(bar.maximum() for bar in bars)

    assert in_sight()
    page.press("case.versions")
    page.press("case.versions.back")
    assert in_sight(), "the versions leave no room behind"
    assert page.there("case.editor")


def new(bench: Bench) -> CaseId:
    return bench.said(" ".join([SAID] * 30))


def half_done(bench: Bench) -> CaseId:
    """Everything on the page has something to say."""
    promise = Promise("A call back with the list of all ingredients", bench.clock.wall)
    contact = "an-address-without-any-place-to-break@kowalczyk-and-daughters.example"
    case = bench.letter(origin=Origin.PHONE, contact=contact, promise=promise)
    bench.written(case, text=f"{REPLY} 4111 1111 1111 1111", offer=bench.offer(90_000))
    bench.edited(case, SAID.replace("Never", "Hardly ever"))
    bench.asked(case)
    return case


def in_doubt(bench: Bench) -> CaseId:
    case = bench.letter()
    bench.mail.will(CUT)
    bench.sent(case)
    return case


def in_flight(bench: Bench) -> CaseId:
    case = bench.said()
    bench.sent(case)
    return case


def answered(bench: Bench) -> CaseId:
    case = bench.letter()
    bench.sent(case)
    return case


@pytest.mark.parametrize("state", [new, half_done, in_doubt, in_flight, answered])
def test_nothing_is_cut_off(
    bench: Bench,
    on_page: OnPage,
    size: tuple[int, int],
    state: Callable[[Bench], CaseId],
) -> None:
    page = on_page(state(bench), size=size)
    _unfold(page)
    cut: list[str] = []
    for widget in page.page.findChildren(QWidget):
        if not widget.isVisible() or isinstance(widget, ElidedLabel):
            continue
        needed = _needed(widget)
        if needed is None:
            continue
        narrow = widget.width() < widget.minimumSizeHint().width()
        if widget.height() < needed or narrow or _sticks_out(widget):
            cut.append(f"{type(widget).__name__} {widget.accessibleName()!r} {widget.geometry()}")
    assert cut == []


def _unfold(page: CaseRobot) -> None:
    reply = page.page.reply
    if reply.details_button.isVisible():
        reply.show_details(at_offer=True)
    if page.page.judgement.isVisible() and page.shown.facts.judged is None:
        page.page.judgement.verdict.choose(["spam"])
    page.settle()


def _needed(widget: QWidget) -> int | None:
    """How high this has to be at the width it has, to show all of its words."""
    match widget:
        case Button():
            return widget._high()
        case Pill() | PillButton():
            return widget.sizeHint().height()
        case QLabel() | Tick() | Radio() | ClockFace():
            return widget.heightForWidth(widget.width())
        case _:
            return None


def _sticks_out(widget: QWidget) -> bool:
    """Whether some of it lies beside its card."""
    holder = widget.parentWidget()
    assert holder is not None
    return widget.x() < -1 or widget.geometry().right() > holder.width() + 1


@pytest.mark.parametrize("state", [new, half_done, in_doubt, in_flight, answered])
def test_all_is_reached_by_tab_and_named(
    bench: Bench, on_page: OnPage, state: Callable[[Bench], CaseId]
) -> None:
    page = on_page(state(bench))
    _unfold(page)
    wanted = {
        widget
        for widget in page.page.findChildren(QWidget)
        if widget.isVisible()
        and widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.focusProxy() is None
    }
    reached: list[QWidget] = []
    for _step in range(len(wanted) + 5):
        now = QApplication.focusWidget()
        if now is not None:
            reached.append(now)
        QTest.keyClick(now or page.window, Qt.Key.Key_Tab)
    # Of pills that exclude each other one is reached by Tab, the others by the arrow keys.
    missed = {w for w in wanted - set(reached) if not isinstance(w, PillButton)}
    assert [w.objectName() for w in missed] == []
    nameless = [
        (type(widget).__name__, widget.objectName())
        for widget in reached
        if not QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
    ]
    assert nameless == []
    assert [type(w).__name__ for w in wanted if not _named(w)] == []


def _named(widget: QWidget) -> bool:
    """Tests and the guided tour find it by a name that stays."""
    inner = {"case.sending.notice", "case.notice"}
    name = widget.objectName()
    parents = [one for one in _parents(widget) if one.objectName()]
    return bool(name) or bool(parents and parents[0].objectName() not in inner)


def _parents(widget: QWidget) -> Iterator[QWidget]:
    while (above := widget.parentWidget()) is not None:
        widget = above
        yield widget


@pytest.mark.parametrize("state", [half_done, in_doubt, answered])
def test_another_case_is_painted_once_when_all_of_it_has_its_place(
    qapp: QApplication, bench: Bench, on_page: OnPage, state: Callable[[Bench], CaseId]
) -> None:
    cases = (bench.said(), state(bench))
    page = on_page(cases[1])
    for case in (*cases, *cases):
        page.open(case)
        _paint()
    for case in cases:
        painted: list[tuple[QWidget, str]] = []
        watch = _Paints(page.page, painted)
        qapp.installEventFilter(watch)
        page.open(case)
        _paint()
        qapp.removeEventFilter(watch)
        assert painted
        assert len({widget for widget, _place in painted}) == len(painted)
        assert all(place == str(widget.geometry()) for widget, place in painted)


def _paint() -> None:
    """Let the screen follow."""
    for _turn in range(5):
        QApplication.processEvents()


class _Paints(QObject):
    """Which lines, clocks and pills of a page were painted, and where they stood then."""

    def __init__(self, page: QWidget, painted: list[tuple[QWidget, str]]) -> None:
        super().__init__(page)
        self._page, self._painted = page, painted

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own name
        if (
            event.type() == QEvent.Type.Paint
            and isinstance(watched, CheckLine | ClockFace | Pill | RunLabel)
            and self._page.isAncestorOf(watched)
        ):
            self._painted.append((watched, str(watched.geometry())))
        return False


def test_cards_follow_each_other_by_tab_as_they_stand(bench: Bench, on_page: OnPage) -> None:
    page = on_page(new(bench), size=(560, 700))
    page.page.head.buttons["outside"].setFocus()
    order: list[str] = []
    for _step in range(40):
        now = QApplication.focusWidget()
        if now is None or (now.objectName() in order and now.objectName()):
            break
        order.append(now.objectName())
        QTest.keyClick(now, Qt.Key.Key_Tab)
    names = [
        "case.outside",
        "case.holding",
        "case.open_page",
        "case.mention",
        "case.judge.verdict.genuine",
        "case.editor",
        "case.check.not_read",
    ]
    places = [order.index(name) for name in names]
    assert places == sorted(places)


def test_the_main_job_by_keyboard_alone(
    bench: Bench, on_page: OnPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: True)
    page = on_page(bench.said())
    keys, ctrl = Qt.Key, Qt.KeyboardModifier.ControlModifier

    def tab_to(name: str) -> None:
        for _step in range(60):
            now = QApplication.focusWidget() or page.window
            if now.objectName() == name:
                return
            QTest.keyClick(now, keys.Key_Tab)
        raise AssertionError(f"{name} is not reached by Tab")

    def type_here(words: str) -> None:
        now = QApplication.focusWidget()
        assert now is not None
        QTest.keyClicks(now, words)

    page.until(lambda: page.find("case.read").isEnabled())
    tab_to("case.read")
    page.key(keys.Key_Space)
    tab_to("case.feel.calm")
    page.key(keys.Key_Return)
    assert page.blockers()[:2] == ["not_judged", "cooling_person"]
    page.key(keys.Key_J, ctrl)
    page.key(keys.Key_Space)
    tab_to("case.judge.kind.complaint")
    page.key(keys.Key_Space)
    tab_to("case.judge.evidence")
    type_here("Order 8817")
    page.key(keys.Key_Return)
    assert "judged" in page.done()
    page.key(keys.Key_E, ctrl)
    type_here("Dear Marta, sorry.")
    tab_to("case.check.needs_second_person")
    page.key(keys.Key_Return)
    assert bench.revisions(page.shown.case) == ["Dear Marta, sorry."]
    assert "Tom has been asked" in page.line("needs_second_person")
    bench.signed(page.shown.case)
    page.later(minutes=21)
    page.key(keys.Key_R, ctrl, Qt.KeyboardModifier.ShiftModifier)
    page.until(lambda: page.find("look.send").isEnabled())
    page.key(keys.Key_Return, ctrl)
    assert page.send_says() == ("Copy and open the page", True)
    page.window.activateWindow()
    page.settle()
    page.key(keys.Key_Return, ctrl)
    assert page.page.sending._state.text().startswith("Copied.")
    tab_to("case.sending.link")
    type_here("https://reviews.example/1#reply")
    page.key(keys.Key_Return)
    assert page.page.sending._state.text().startswith("✓ Posted")


def test_the_menus_hold_what_can_be_done_now(bench: Bench, on_page: OnPage) -> None:
    case = bench.said()
    page = on_page(case)

    def enabled() -> set[str]:
        return {
            action.objectName().removeprefix("case.action.")
            for action in page.page.actions()
            if action.isEnabled()
        }

    always = {"open_page", "feel", "judge", "write", "wording", "details", "before"}
    ends = {"outside", "report", "aside", "close", "stricter", "second", "emergency", "said_more"}
    assert enabled() == {*always, *ends, "read", "holding", "ask"}
    assert {action.property("menu") for action in page.page.actions()} == {"case", "reply"}
    bench.ready(case)
    page.page.read_again()
    page.settle()
    assert enabled() == {*always, *ends, "holding", "versions", "send"}
    page.page.clear()
    assert enabled() == set()
    assert not page.there("case.send")


def test_nothing_is_painted_that_is_not_shown(bench: Bench, on_page: OnPage) -> None:
    page = on_page(bench.said())
    assert page.page._tick.isActive()
    page.window.hide()
    assert not page.page._tick.isActive()
    page.window.show()
    assert page.page._tick.isActive()


def test_one_filled_button_at_a_time(bench: Bench, on_page: OnPage) -> None:
    def filled(page: CaseRobot) -> list[str]:
        return [
            button.objectName()
            for button in page.page.findChildren(Button)
            if button.isVisible() and button.isEnabled() and button.property("look") == "primary"
        ]

    assert filled(on_page(bench.said())) == ["case.holding"]
    assert filled(on_page(bench.said("Lovely!", stars=Stars(5)))) == []  # no hurry with thanks
    assert filled(on_page(bench.ready(bench.said("Two")))) == ["case.send"]
    nearly = bench.signed_off(bench.said("Three"))
    bench.clock.advance(minutes=21)
    assert filled(on_page(nearly)) == []  # read once more, and the full reply goes
    assert filled(on_page(in_flight(bench))) == ["case.sending.posted"]
    assert filled(on_page(answered(bench))) == ["case.close"]
    doubtful = bench.letter(text="Four")
    bench.mail.will(CUT)
    bench.sent(doubtful)
    assert filled(on_page(doubtful)) == []  # whether it arrived is for a person to say
