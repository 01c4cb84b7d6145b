"""What holds for every dialog and every room: keyboard, names, Esc, and room for every word."""

from __future__ import annotations

import gettext
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QScrollArea, QTextEdit, QWidget
from tests.ui.case_robot import Bench
from tests.ui.dialog_robot import FIELDS, DialogRobot

from calmreply import i18n
from calmreply.app.persons import people
from calmreply.app.planning import plan_files, wordings
from calmreply.app.reviewing import review
from calmreply.ui.dialogs.add_mention import AddMentionDialog
from calmreply.ui.dialogs.add_person import AddPersonDialog
from calmreply.ui.dialogs.add_source import AddSourceDialog
from calmreply.ui.dialogs.answer import AnswerDialog
from calmreply.ui.dialogs.aside import AsideDialog
from calmreply.ui.dialogs.ask import AskDialog
from calmreply.ui.dialogs.change_person import ChangePersonDialog
from calmreply.ui.dialogs.close import CloseDialog
from calmreply.ui.dialogs.debrief import DebriefDialog
from calmreply.ui.dialogs.emergency import EmergencyDialog
from calmreply.ui.dialogs.frame import Dialog
from calmreply.ui.dialogs.holding import HoldingDialog
from calmreply.ui.dialogs.invite import InviteDialog, KeyDialog
from calmreply.ui.dialogs.look import LookDialog
from calmreply.ui.dialogs.new_key import NewKeyDialog
from calmreply.ui.dialogs.outside import OutsideDialog
from calmreply.ui.dialogs.own_site import HideDialog, ReportDialog
from calmreply.ui.dialogs.own_site_second import AgreeDialog
from calmreply.ui.dialogs.passphrase import PassphraseDialog
from calmreply.ui.dialogs.review import ReviewDialog
from calmreply.ui.dialogs.second import SecondDialog
from calmreply.ui.dialogs.self_review import SelfReviewDialog
from calmreply.ui.kit.buttons import Button, LinkButton, Radio, Tick
from calmreply.ui.kit.text import ElidedLabel, PlainLabel
from calmreply.ui.kit.views import PlainView
from calmreply.ui.listening.page import ListeningPage
from calmreply.ui.paste.page import PastePage
from calmreply.ui.people.page import PeoplePage
from calmreply.ui.plan.editor import WordingDialog
from calmreply.ui.plan.page import PlanPage
from calmreply.ui.plan.signing import SignWordingDialog
from calmreply.ui.plan.taking import ExampleDialog, TakeDialog
from calmreply.ui.plan.using import UseWordingDialog
from calmreply.ui.settings.page import SettingsPage
from calmreply.ui.welcome.first_start import FirstStart
from calmreply.ui.welcome.page import WelcomePage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from calmreply.ui.desk import Desk
    from calmreply.ui.kit.theme import Theme

OF_A_CASE = (
    ReviewDialog,
    AskDialog,
    LookDialog,
    DebriefDialog,
    CloseDialog,
    AsideDialog,
    OutsideDialog,
    HoldingDialog,
    HideDialog,
    AgreeDialog,
    ReportDialog,
    SecondDialog,
    EmergencyDialog,
    SelfReviewDialog,
    UseWordingDialog,
    AnswerDialog,
)
ALONE = (AddMentionDialog, AddPersonDialog, AddSourceDialog, FirstStart)


def wording(desk: Desk, parent: QWidget) -> WordingDialog:
    return WordingDialog(desk, wordings.everything(desk.home).lines[3], parent)


def new_wording(desk: Desk, parent: QWidget) -> WordingDialog:
    return WordingDialog(desk, None, parent)


def sign_wording(desk: Desk, parent: QWidget) -> SignWordingDialog:
    return SignWordingDialog(desk, wordings.everything(desk.home).lines[3].id, parent)


def take_plan(desk: Desk, parent: QWidget) -> TakeDialog:
    text = plan_files.export(desk.home).replace("proud", "red")
    return TakeDialog(desk, f"{text}\n## New\n\nWords\n## Odd\nUse: praise\n\nWords", parent)


ALONE += (ExampleDialog, wording, new_wording, sign_wording, take_plan)  # type: ignore[assignment]  # each makes one


def invited(desk: Desk, parent: QWidget) -> InviteDialog:
    return InviteDialog(desk, None, parent)


def another_passphrase(desk: Desk, parent: QWidget) -> PassphraseDialog:
    return PassphraseDialog(desk, people.person(desk.home, "Tom"), parent)


def another_key(desk: Desk, parent: QWidget) -> NewKeyDialog:
    return NewKeyDialog(desk, people.person(desk.home, "Tom"), parent)


def somebody_changed(desk: Desk, parent: QWidget) -> ChangePersonDialog:
    return ChangePersonDialog(desk, people.person(desk.home, "Tom"), parent)


ALONE += (invited, KeyDialog)  # type: ignore[assignment]  # likewise
ALONE += (another_passphrase, another_key, somebody_changed)  # type: ignore[assignment]  # likewise
ROOMS = (PlanPage, ListeningPage, PeoplePage, SettingsPage, PastePage, WelcomePage)
SMALL = QSize(1024, 700)
RINGED = (PlainView, Radio, Tick, LinkButton)
"""What reaches into the margin with its focus ring."""


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def robot(qtbot: QtBot, bench: Bench, worn: Theme) -> Iterator[DialogRobot]:
    assert worn is not None
    made = DialogRobot(qtbot, bench.home, who=bench.ana)
    yield made
    made.finish()


@pytest.fixture(params=["plain", "large", "translated", "large and translated"])
def look(request: pytest.FixtureRequest, worn: Theme) -> Iterator[str]:
    """Twice the size of type, words as long as German ones, both, or neither."""
    worn.set_scale(2.0 if "large" in request.param else 1.0)
    if "translated" in request.param:
        i18n.install(i18n.PseudoTranslations())
    yield request.param
    i18n.install(gettext.NullTranslations())
    worn.set_scale(1.0)


def opened(robot: DialogRobot, bench: Bench, kind: Any) -> QWidget:
    """One of them, with something in it."""
    plan_files.start_from(bench.home, bench.ana, "shop")
    if kind in ROOMS:
        return robot.room(kind)  # type: ignore[no-any-return]  # a room is a widget
    if kind in ALONE:
        return robot.open(kind)  # type: ignore[no-any-return]  # so is a dialog
    case = bench.written(bench.said(), offer=bench.offer(9_000))
    bench.asked(case)
    review.remark(bench.home, bench.tom, case, "It blames her a little.")
    bench.wrote(case, "Dear Marta, pay to 4111 1111 1111 1111 at https://b\u0430kery.example\u200b")
    bench.asked(case)
    return robot.open(kind, case)  # type: ignore[no-any-return]  # likewise


def fields(top: QWidget) -> list[QWidget]:
    """What takes part in the work of it and is to be seen."""
    found = [one for one in top.findChildren(QWidget) if isinstance(one, FIELDS)]
    return [one for one in found if one.isVisible() and not _inner(one)]


def _inner(widget: QWidget) -> bool:
    """A part of a field, such as the line in a box of minutes."""
    return widget.objectName().startswith("qt_")


@pytest.mark.parametrize("kind", [*OF_A_CASE, *ALONE, *ROOMS], ids=lambda one: one.__name__)
def test_everything_in_it_is_reached_by_tab_and_has_a_name(
    robot: DialogRobot, bench: Bench, kind: Any
) -> None:
    top = opened(robot, bench, kind)
    by_tab = robot.by_tab(top)
    for field in fields(top):
        told = field.accessibleName() or field.objectName() or type(field).__name__
        assert field.accessibleName(), f"{told} has no name for the screen reader"
        reached = field in by_tab or (field.focusProxy() in by_tab) or not field.isEnabled()
        one_of_several = not reached and _has_chosen_sibling(field, by_tab)
        assert reached or one_of_several, f"{told} cannot be reached by Tab"


def _has_chosen_sibling(field: QWidget, by_tab: list[QWidget]) -> bool:
    """Of radio buttons and exclusive pills, Tab comes to one; arrow keys go to the others."""
    group = getattr(field, "group", lambda: None)()
    return group is not None and any(one in by_tab for one in group.buttons())


@pytest.mark.parametrize("kind", [*OF_A_CASE, *ALONE], ids=lambda one: one.__name__)
def test_it_begins_somewhere_and_esc_leaves_it(robot: DialogRobot, bench: Bench, kind: Any) -> None:
    dialog = opened(robot, bench, kind)
    assert isinstance(dialog, Dialog)
    assert robot.focus.partition(".")[2], "the focus is nowhere"
    assert dialog.isModal()
    texts = [one for one in dialog.findChildren(QTextEdit) if not one.isReadOnly()]
    assert all(one.tabChangesFocus() for one in texts)
    robot.key("Esc")
    assert robot.dialogs() == []
    assert robot.done == []


@pytest.mark.parametrize("kind", [*OF_A_CASE, *ALONE, *ROOMS], ids=lambda one: one.__name__)
def test_no_word_is_cut_in_a_small_window(
    robot: DialogRobot, bench: Bench, look: str, kind: Any
) -> None:
    assert look
    top = opened(robot, bench, kind)
    if isinstance(top, Dialog):
        top.resize(SMALL)
        assert top.size() == SMALL, "it asks for a larger window"
    robot.settle()
    for area in top.findChildren(QScrollArea):
        page: Any = area.widget()
        assert page.width() <= area.viewport().width(), "something is wider than the page"
    for hung in top.findChildren(QWidget):
        if hung.isVisible() and isinstance(hung, RINGED):
            around = hung.parentWidget()
            assert around is not None
            within = hung.x() >= 0 and hung.x() + hung.width() <= around.width()
            assert within, f"its ring is cut: {hung.accessibleName() or hung.objectName()}"
    for label in top.findChildren(PlainLabel):
        if label.isVisible() and label.wordWrap() and not isinstance(label, ElidedLabel):
            needed = label.heightForWidth(label.width())
            assert label.height() >= needed, f"cut: {label.text()}"
    for button in top.findChildren(Button):
        if button.isVisible():
            assert button.height() >= button._high(), f"cut: {button.text()}"
            assert button.width() >= button.minimumSizeHint().width(), f"cut: {button.text()}"
