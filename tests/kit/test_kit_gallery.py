"""The gallery's pages, large and translated: nothing cut off, all named, all reached by Tab."""

from __future__ import annotations

import gettext
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from calmreply import i18n
from calmreply.ui.kit.buttons import Button, Radio, Tick
from calmreply.ui.kit.clock import ClockFace
from calmreply.ui.kit.pills import Pill
from calmreply.ui.kit.text import ElidedLabel

if TYPE_CHECKING:
    from collections.abc import Iterator

    from calmreply.ui.kit.theme import Theme


@pytest.fixture(scope="module")
def gallery() -> Any:
    path = Path(__file__).with_name("gallery.py")
    spec = importlib.util.spec_from_file_location("kit_gallery", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(params=[(1.0, False), (2.0, True)], ids=["plain", "large-translated"])
def looks(request: pytest.FixtureRequest, worn: Theme) -> Iterator[float]:
    scale, translated = request.param
    if translated:
        i18n.install(i18n.PseudoTranslations())
    worn.set_scale(scale)
    yield scale
    i18n.install(gettext.NullTranslations())


@pytest.fixture(params=["inbox", "pieces"])
def page(request: pytest.FixtureRequest, gallery: Any, looks: float) -> Iterator[QWidget]:
    made: QWidget = getattr(gallery, request.param)()
    made.resize(int(1360 * looks**0.5), int(860 * looks**0.5))
    made.show()
    made.activateWindow()
    for _again in range(5):
        QApplication.processEvents()
    yield made
    made.close()
    made.deleteLater()


def test_nothing_is_cut_off(page: QWidget) -> None:
    cut: list[str] = []
    for widget in page.findChildren(QWidget):
        if not widget.isVisible() or isinstance(widget, ElidedLabel | Pill):
            continue
        if isinstance(widget, Button):
            needed = widget._high()
        elif isinstance(widget, QLabel | Tick | Radio | ClockFace):
            needed = widget.heightForWidth(widget.width())
        else:
            continue
        if widget.height() < needed or widget.width() < widget.minimumSizeHint().width():
            cut.append(f"{type(widget).__name__} {widget.accessibleName()!r} {widget.geometry()}")
    assert cut == []


def test_pills_have_room_for_their_words(page: QWidget) -> None:
    narrow = [
        pill.text()
        for pill in page.findChildren(Pill)
        if pill.isVisible() and pill.width() < pill.sizeHint().width()
    ]
    assert narrow == []


def test_no_label_knows_markup(page: QWidget) -> None:
    formats = {label.textFormat() for label in page.findChildren(QLabel)}
    assert formats == {Qt.TextFormat.PlainText}


def test_all_is_reached_by_tab_and_named(page: QWidget) -> None:
    wanted = {
        widget
        for widget in page.findChildren(QWidget)
        if widget.isVisible()
        and widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.focusProxy() is None
    }
    reached: set[QWidget] = set()
    for _step in range(len(wanted) + 5):
        now = page.focusWidget()
        if now is not None:
            reached.add(now)
            QTest.keyClick(now, Qt.Key.Key_Tab)
    # Of buttons that belong together one is reached by Tab, the others by the arrow keys.
    together = {w for w in wanted if isinstance(w, Radio) or getattr(w, "group", lambda: None)()}
    assert together.isdisjoint(wanted) or together & reached
    missed = {type(widget).__name__ for widget in wanted - reached - together}
    assert missed == set()
    nameless = [
        type(widget).__name__
        for widget in reached
        if not QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
    ]
    assert nameless == []
