"""A text has room for all of its lines, as they are laid out and not as the font says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget

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
    window.show()
    qtbot.waitExposed(window)
    assert edit.viewport().height() >= edit.document().size().height()
