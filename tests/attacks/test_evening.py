"""An evening: Ana asks, Tom signs on a train, and the reply is signed; counted in taps.

All of it is done as they do it: her window by the mouse, his phone (a real Chromium, 390 by 844,
without a network) by touch. How long that takes a person is worked out from what they do, with the
times of the keystroke-level model, since a test on a busy computer cannot hold a watch.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog, QWidget
from tests.packets.chromium import Browser, Page, installed
from tests.packets.conftest import TEXT, Shop
from tests.ui.case_robot import CaseRobot

from calmreply.app import queries
from calmreply.app.cases import judge
from calmreply.app.proving import trust
from calmreply.app.reviewing import invitations
from calmreply.domain.case import Verdict
from calmreply.domain.journal import Whole
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.sign_off import Standing
from calmreply.ui.kit import theme

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from calmreply.domain.mention import CaseId

TICKS = ("true", "kind", "promise", "private")
POINT, KEY, THINK, WORDS_A_MINUTE = 1.3, 0.5, 1.35, 230
"""Seconds to point at something and press it, to type one letter on glass, to make up one's mind
before that; and how many words of plain text somebody reads in a minute."""


@dataclass
class Watch:
    """What a person does, and the seconds that takes them."""

    taps: int = 0
    letters: int = 0
    words: int = 0

    @property
    def seconds(self) -> float:
        reading = self.words * 60 / WORDS_A_MINUTE
        return self.taps * (POINT + THINK) + self.letters * KEY + reading


class Ana:
    """Ana's window, with the case in it; each press is counted."""

    def __init__(self, qtbot: QtBot, shop: Shop, case: CaseId) -> None:
        self.watch = Watch()
        bench: Any = shop  # all that the robot asks of a bench is its home and its clock
        self.robot = CaseRobot(qtbot, bench, who=shop.ana)
        self.robot.open(case)

    def press(self, name: str) -> None:
        self.watch.taps += 1
        self.robot.press(name)

    def does(self, key: str) -> None:
        """The link of a line."""
        self.watch.taps += 1
        self.robot.do(key)

    def saves(self, folder: Path) -> Path:
        """In the system's own window: the name is there already, one press on Save."""
        self.robot.until(self._files)
        (dialog,) = self._files()
        dialog.setDirectory(str(folder))
        (suggested,) = dialog.selectedFiles()
        dialog.selectFile(Path(suggested).name)
        box = dialog.findChild(QDialogButtonBox)
        assert isinstance(box, QDialogButtonBox)
        self.watch.taps += 1
        QTest.mouseClick(
            box.button(QDialogButtonBox.StandardButton.Save), Qt.MouseButton.LeftButton
        )
        self.robot.settle()
        (made,) = folder.glob("*.html")
        return made

    @staticmethod
    def _files() -> list[QFileDialog]:
        shown = QApplication.topLevelWidgets()
        return [one for one in shown if isinstance(one, QFileDialog) and one.isVisible()]

    def pastes(self, name: str) -> None:
        """Ctrl+V, where the cursor stands already when the dialog opens."""
        field: QWidget = self.robot.find(name)
        assert field.hasFocus() or field.isAncestorOf(QApplication.focusWidget() or field)
        self.watch.taps += 1
        QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        self.robot.settle()


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def case(shop: Shop) -> CaseId:
    """All is done but what somebody else has to do."""
    found = shop.complaint()
    judge.read_all(shop.home, shop.ana, found)
    judge.say_feeling(shop.home, shop.ana, found, Feeling.CALM)
    said = {"kind": Kind.COMPLAINT, "verdict": Verdict.GENUINE, "evidence": "Order 8817"}
    judge.judge(shop.home, shop.ana, found, **said)  # type: ignore[arg-type]  # each of its kind
    shop.write(found)
    return found


@pytest.fixture
def phone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    program = installed()
    if program is None:
        pytest.skip("no Chromium on this computer (apt: chromium)")
    folder = tmp_path_factory.mktemp("chromium")
    before = os.environ["HOME"]
    os.environ["HOME"] = str(folder)
    browser = Browser(program, folder)
    os.environ["HOME"] = before
    page = browser.page()
    yield page
    page.close()
    browser.close()


@dataclass(frozen=True)
class Tom:
    """His phone, and the six words he wrote down when it made its key."""

    phone: Page
    words: str


@pytest.fixture
def tom(shop: Shop, phone: Page, tmp_path: Path) -> Tom:
    """Invited and let in, on another day."""
    invitation = tmp_path / "invitation.html"
    invitation.write_text(shop.invite(), encoding="utf-8")
    phone.open(invitation)
    phone.tap("#make")
    phone.wait("document.getElementById('passphrase')")
    words = " ".join(phone.text("#passphrase").split())
    phone.tap("#written")
    phone.tap("#send")
    phone.wait("document.getElementById('told')?.textContent")
    invitations.let_in(shop.home, shop.ana, phone.clipboard(), compared=True)
    phone.taps = 0
    return Tom(phone, words)


@pytest.fixture
def ana(qtbot: QtBot, qapp: QApplication, shop: Shop, case: CaseId, tom: Tom) -> Iterator[Ana]:
    assert tom.words
    if not qapp.property("calmreply_theme"):
        theme.install(qapp)
    opened = Ana(qtbot, shop, case)
    yield opened
    opened.robot.finish()


def test_from_ask_to_signed_in_under_two_minutes(
    ana: Ana, shop: Shop, case: CaseId, tom: Tom, tmp_path: Path
) -> None:
    # Ana asks, and has a file.
    assert "needs_second_person" in ana.robot.blockers()
    ana.does("needs_second_person")
    ana.press("ask.go")
    folder = tmp_path / "outgoing"
    folder.mkdir()
    packet = ana.saves(folder)
    ana.press("ask.go")
    assert queries.case_page(shop.home, case).sign_off.standing is Standing.ASKED
    asked = ana.watch.taps
    assert asked <= 4, "the line, Make the file, Save, Done"

    # Tom opens it, reads, ticks, types his six words, and has a code.
    phone = tom.phone
    phone.open(packet)
    shown = phone.text()
    assert TEXT in shown
    for name in TICKS:
        phone.tap(f"#tick-{name}")
    phone.tap("#words")
    phone.type(tom.words)
    phone.tap("#send")
    phone.wait("document.getElementById('told')?.textContent")
    code = phone.clipboard()
    assert code.startswith("CR1-")
    assert phone.taps <= 6, "four ticks, the field for the words, one button that copies"
    on_the_train = Watch(phone.taps, len(tom.words), len(shown.split()))

    # Ana has it by some messenger, and enters it.
    before = ana.watch.taps
    ana.does("needs_second_person")
    QApplication.clipboard().setText(code)
    ana.pastes("answer.code")
    ana.press("answer.go")
    assert queries.case_page(shop.home, case).sign_off.standing is Standing.SIGNED
    entered = ana.watch.taps - before
    assert entered <= 3, "the line, Ctrl+V, Enter it"
    assert "needs_second_person" not in ana.robot.blockers()
    assert isinstance(trust.verify_journal(shop.home), Whole)

    # Together: thirteen, and no two minutes. Sending the file and the code is their messenger's.
    assert asked + phone.taps + entered <= 13
    assert on_the_train.seconds + ana.watch.seconds < 120


def test_it_is_all_within_reach_of_a_thumb(ana: Ana, phone: Page, tmp_path: Path) -> None:
    """On 390 by 844 nothing has to be dragged sideways, and each target is a finger high."""
    ana.does("needs_second_person")
    ana.press("ask.go")
    folder = tmp_path / "outgoing"
    folder.mkdir()
    phone.open(ana.saves(folder))
    ana.press("ask.go")
    assert phone.run("[innerWidth, innerHeight]") == [390, 844]
    assert phone.run("document.documentElement.scrollWidth") == 390
    heights = phone.run(
        "[...document.querySelectorAll('#send, #words, .tick')]"
        ".map((one) => one.getBoundingClientRect().height)"
    )
    assert len(heights) >= 6
    assert min(heights) >= 44
