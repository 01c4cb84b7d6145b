"""Keeps the focus on the page when what had it is greyed or goes away."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget


class Astray(QObject):
    """Qt would hand it to whatever comes next in the window, behind the last part of a page.

    Until the page has been read anew it rests at `rest`; then it goes to the next thing to do.
    """

    def __init__(
        self, page: QWidget, rest: QWidget, following: Callable[[], QWidget | None]
    ) -> None:
        super().__init__(page)
        self._page, self._rest, self._following = page, rest, following
        self._away = False
        QApplication.instance().focusChanged.connect(self._on_focus)  # type: ignore[union-attr]  # there is one

    def settle(self) -> None:
        """The page stands as it is now: go on to what comes next, if anything does."""
        away, self._away = self._away, False
        following = self._following() if away else None
        if following is not None and self._rest.hasFocus():
            following.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_focus(self, before: QWidget | None, now: QWidget | None) -> None:
        page = self._page
        if before is None or now is None or not page.isVisible():
            return
        went = page.isAncestorOf(before) and not page.isAncestorOf(now)
        by_itself = not (before.isVisible() and before.isEnabled())
        if went and by_itself and now.window() is page.window():
            self._away = True
            self._rest.setFocus(Qt.FocusReason.OtherFocusReason)
