"""The dialog that those who sign in see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from calmreply.ui.desk import sentence
from calmreply.ui.kit.theme import theme
from calmreply.ui.kit.widgets import Hairline, Notice, Scroll

if TYPE_CHECKING:
    from calmreply.errors import KnownError

_WIDE = 520


class Sheet(QDialog):
    """A dialog whose body scrolls where the screen is small; buttons stay in sight."""

    signed_in = Signal(object)

    def __init__(self, title: str, window: QWidget) -> None:
        super().__init__(window)
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        self._page = Scroll()
        self.body = self._page.body
        self.body.setContentsMargins(24, 20, 24, 20)
        self.body.setSpacing(12)
        self.notice = Notice()
        self.notice.setObjectName("sign_in.notice")
        self.buttons = QHBoxLayout()
        self.buttons.setContentsMargins(24, 12, 24, 14)
        self.buttons.setSpacing(10)
        self.buttons.addStretch(1)
        whole.addWidget(self._page, 1)
        whole.addWidget(Hairline())
        whole.addLayout(self.buttons)

    def fit(self) -> None:
        """Take the size its words want, as far as the screen has it."""
        wide = round(_WIDE * theme().sizes.text / 13)
        page = self._page.widget()
        inner = page.layout() if page is not None else None
        high = 0
        if inner is not None:
            inner.activate()
            high = inner.totalHeightForWidth(wide)
        high += self.buttons.sizeHint().height() + 4
        screen = self.screen().availableSize() * 0.94
        self.resize(QSize(wide, high).boundedTo(screen))
        if not self.notice.isHidden():
            self._page.ensureWidgetVisible(self.notice)

    def fit_soon(self) -> None:
        """The same after the layouts have heard of what was shown or hidden just now."""
        QTimer.singleShot(0, self, self.fit)

    def say_error(self, error: KnownError) -> None:
        words, way_out = sentence(error)
        self.notice.say(words, way_out)
        self.fit_soon()
