"""A text has room for all of its lines; and what was copied from one does no harm at the end."""

from __future__ import annotations

import gc
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget
from tests.ui.patience import PATIENCE

from calmreply.ui.case.editor import GuardedEdit
from calmreply.ui.kit.views import PlainEdit, PlainView

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from calmreply.ui.kit.theme import Theme


@pytest.mark.parametrize("kind", [GuardedEdit, PlainEdit, PlainView])
@pytest.mark.parametrize("lines", [1, 6, 8])
@pytest.mark.parametrize("fills", [False, True])
def test_no_line_of_a_few_is_cut_off(
    qtbot: QtBot, worn: Theme, kind: type[PlainEdit | PlainView], lines: int, *, fills: bool
) -> None:
    assert worn is not None
    window = QWidget()
    qtbot.addWidget(window)
    edit = kind(parent=window)
    if fills and isinstance(edit, PlainEdit):
        edit.fill_height()
    edit.set_text("\n".join(f"Line {number} of it" for number in range(lines)))
    column = QVBoxLayout(window)
    column.addWidget(edit)
    window.resize(400, 1)
    with qtbot.waitExposed(window, timeout=PATIENCE):
        window.show()
    assert edit.viewport().height() >= edit.document().size().height()


def test_what_was_copied_stays_when_its_text_is_gone(qtbot: QtBot, worn: Theme) -> None:
    assert worn is not None
    edit = PlainEdit("Dear Robin\u2028and all")
    qtbot.addWidget(edit)
    edit.selectAll()
    edit.copy()
    edit.set_text("")
    gc.collect()
    copied = QGuiApplication.clipboard().mimeData()
    assert (copied.formats(), copied.text()) == (["text/plain"], "Dear Robin\nand all")


def test_the_program_ends_well_with_words_in_the_clipboard() -> None:
    """What Python made, and Qt destroys after Python has ended, was seen to crash there."""
    program = (
        "from PySide6.QtWidgets import QApplication\n"
        "app = QApplication([])\n"
        "from calmreply.ui.kit.views import PlainEdit\n"
        "edit = PlainEdit('Dear Robin')\n"
        "edit.selectAll()\n"
        "edit.copy()\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], timeout=60, check=False)
    assert ran.returncode == 0
