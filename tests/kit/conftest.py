"""What the kit's tests share: a theme in its plain state, and windows that go away again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from calmreply.ui.kit.theme import Theme, install

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot


@pytest.fixture
def worn(qapp: QApplication) -> Iterator[Theme]:
    """The theme, light and of plain size at the beginning and at the end."""
    made = install(qapp, "light", 1.0)
    yield made
    install(qapp, "light", 1.0)


@pytest.fixture
def shown(qtbot: QtBot, worn: Theme) -> Iterator[Callable[..., QWidget]]:
    """Put widgets below one another on a page of the width given, and show it."""
    assert worn
    pages: list[QWidget] = []

    def show(*widgets: QWidget, width: int = 400, height: int = 300) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in widgets:
            layout.addWidget(widget)
        layout.addStretch(1)
        qtbot.addWidget(page)
        pages.append(page)
        page.resize(width, height)
        page.show()
        page.activateWindow()
        for _again in range(3):
            QApplication.processEvents()
        return page

    yield show
    pages.clear()
