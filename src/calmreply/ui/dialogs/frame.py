"""The window of a dialog: head, a body that scrolls where the screen is small, notice, buttons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QPainter, QShortcut
from PySide6.QtWidgets import QBoxLayout, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from calmreply.app.home import Actor, Home
from calmreply.errors import KnownError
from calmreply.i18n import _
from calmreply.ui.deeds import Deeds, Held, Then
from calmreply.ui.dialogs.kept import Kept, Words
from calmreply.ui.kit.buttons import Button
from calmreply.ui.kit.text import ElidedLabel, PlainLabel
from calmreply.ui.kit.theme import theme
from calmreply.ui.kit.widgets import Hairline, Notice, Scroll

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from calmreply.domain.mention import CaseId
    from calmreply.ui.desk import Desk
    from calmreply.ui.kit.fields import FormRow

MARGIN = 20
_BELOW = 10  # pixels between what is said and the buttons


class Dialog(QDialog):
    """A window that stands before another one until it is answered or left.

    Subclasses fill `body` and `foot`, say where the focus starts (`start`) and which button Enter
    presses (`go`), which field an error is about (`to_blame`), and which words survive an early end
    (`words`, `put_back`).
    """

    done = Signal(object)  # type: ignore[assignment]  # QDialog's slot of that name is not called
    """What came of it. Not sent where the dialog was left."""

    def __init__(
        self,
        desk: Desk,
        name: str,
        title: str,
        parent: QWidget | None = None,
        *,
        case: CaseId | None = None,
        wide: int = 560,
    ) -> None:
        """`name` is the dialog's own (`review`), `wide` in pixels at the plain size of type."""
        super().__init__(parent)
        self.desk = desk
        self.case = case
        self.start: QWidget | None = None
        self.go: Button | None = None
        self.to_blame: Mapping[str, FormRow] = {}
        self._key = (name, str(case or ""))
        self._wide = wide
        self._over = False
        self.setObjectName(f"dialog.{name}")
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.head = Head(title)
        self.page = Scroll(fill=True)
        self.body = self.page.body
        self.body.setContentsMargins(MARGIN, 16, MARGIN, 16)
        self.notice = Notice()
        self.notice.setObjectName(f"{name}.notice")
        self._busy_words = PlainLabel("", "second", tone="soft")
        self.foot = QHBoxLayout()
        self.deeds = Deeds(desk, self)
        self.deeds.began.connect(self._on_deed)
        self.deeds.failed.connect(self.say_error)
        self.deeds.held.connect(self.held)
        self._put_together()
        self._now = QShortcut(QKeySequence("Ctrl+Return"), self, self._press)
        self._enter = QShortcut(QKeySequence("Ctrl+Enter"), self, self._press)
        self.finished.connect(self._on_finished)

    def _put_together(self) -> None:
        self.foot.setContentsMargins(MARGIN, 12, MARGIN, 14)
        self.foot.setSpacing(10)
        self.foot.addWidget(self._busy_words, 1)
        notices = QVBoxLayout()
        notices.setContentsMargins(MARGIN, 0, MARGIN, _BELOW)
        notices.addWidget(self.notice)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.head)
        whole.addWidget(self.page, 1)
        whole.addLayout(notices)
        whole.addWidget(Hairline())
        whole.addLayout(self.foot)

    def add_buttons(self, *buttons: Button) -> None:
        """Put buttons at the foot, the one that Enter presses last."""
        for button in buttons:
            self.foot.addWidget(button)
        self.go = buttons[-1]
        self.go.setDefault(True)

    # opening and leaving

    def open(self) -> None:
        """Show it. What was typed the last time stands there again."""
        self.put_back(Kept.of(self.desk).words(self._key))
        self.fit()
        super().open()
        if self.start is not None:
            self.focus(self.start)

    def focus(self, field: QWidget) -> None:
        """Put the focus there and bring it into sight."""
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        # What was added just now takes the focus only once its layout has shown it.
        QTimer.singleShot(0, field, partial(self._bring, field))

    def _bring(self, field: QWidget) -> None:
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.page.ensureWidgetVisible(field, 20, 40)

    def words(self) -> Words:
        """What somebody has typed so far, to be kept if the dialog is left now."""
        return {}

    def put_back(self, words: Words) -> None:
        """Show words that were kept; there may be none."""

    def finish(self, result: object = None) -> None:
        """It is done: forget the words, tell the result, close."""
        self._over = True
        Kept.of(self.desk).drop(self._key)
        self.done.emit(result)
        self.accept()

    def reject(self) -> None:
        """Esc and the window's own cross end here."""
        if self.may_leave():
            super().reject()

    def may_leave(self) -> bool:
        """Whether leaving now loses nothing that cannot be had again."""
        return True

    def warned_of_code(self) -> bool:
        """Whether it was said that a recovery code is shown this once; says so if it was not."""
        words = _("The code is shown this once. Print it or write it down first.")
        if self.notice.words() == words:
            return True
        self.notice.say(words, tone="amber", action=_("Close all the same"), do=self.close)
        self.fit_soon()
        return False

    def _on_finished(self, _result: int) -> None:
        if not self._over:
            Kept.of(self.desk).keep(self._key, self.words())
        before = self.parentWidget()
        if before is not None and before.window().isVisible():
            before.window().activateWindow()

    def fit(self, *, shrink: bool = False) -> None:
        """Take the height its words want, as far as the screen has it; no less than it has now."""
        ratio = theme().sizes.text / 13
        screen = self.screen().availableSize()
        window = self.parentWidget()
        if window is not None:  # where there is no real screen, the window says how large it is
            screen = screen.expandedTo(window.window().size())
        screen *= 0.94
        wide = min(round(self._wide * ratio), screen.width())
        wide = max(wide, self.width() if self.isVisible() else 0)
        page = self.page.widget()
        inner = page.layout() if page is not None else None
        high = inner.totalHeightForWidth(wide) if inner is not None else 0
        high = max(high, inner.totalMinimumSize().height() if inner is not None else 0)
        high += self.head.sizeHint().height() + self.foot.sizeHint().height() + _BELOW + 1
        notice = self.notice.layout()
        if notice is not None and not self.notice.isHidden():
            high += notice.totalHeightForWidth(wide - 2 * MARGIN)
        wanted = QSize(wide, high).boundedTo(screen)
        if self.isVisible() and not shrink:
            wanted = wanted.expandedTo(self.size())
        self.resize(wanted)

    def fit_soon(self) -> None:
        """The same after the layouts have heard of what was shown or hidden just now."""
        QTimer.singleShot(0, self, self.fit)

    def shrink_soon(self) -> None:
        """Likewise where another page has come in place of the one before."""
        QTimer.singleShot(0, self, partial(self.fit, shrink=True))

    # doing

    @property
    def busy(self) -> bool:
        return self.deeds.busy

    def read(self, what: Callable[..., Any], *args: Any, then: Then) -> None:
        """Read something; it is no deed, so nothing becomes busy."""
        self.desk.read(what, *args)(then, self.say_error)

    def act(
        self,
        what: Callable[[Home, Actor], Any],
        then: Then | None = None,
        *,
        on: str = "write",
        words: str = "",
    ) -> None:
        """As whoever is signed in; who is not, is asked first. `words` say what is under way."""
        self.deeds.act(what, then, on=on, words=words)

    def run(
        self,
        what: Callable[[Home], Any],
        then: Then | None = None,
        *,
        on: str = "write",
        words: str = "",
    ) -> None:
        """A deed that nobody at the desk signs."""
        self.deeds.run(what, then, on=on, words=words)

    def held(self, held: Held) -> None:
        """The gate said no: say all of it."""
        self.notice.say(_("Not yet."), "\n".join(held.lines), tone="amber")
        self.fit_soon()

    def say_error(self, error: KnownError) -> None:
        """Beside the field that is to blame, by the error's code; else above the buttons."""
        row = self.to_blame.get(error.code)
        if row is None:
            self.notice.say_error(error)
        else:
            row.set_error(f"{error.words} {error.way_out}")
            self.focus(row.field)
        self.fit_soon()

    def _on_deed(self, words: str) -> None:
        if words:
            self.notice.clear()
        self._busy_words.setText(words)

    def _press(self) -> None:
        """Ctrl+Enter does what Enter does, also from within a text of several lines."""
        if self.go is not None and self.go.isEnabled() and self.go.isVisible():
            self.go.click()


class Head(QWidget):
    """The strip at the top: what this is, about what, and on the right since when or by whom."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        line = QHBoxLayout()
        line.setContentsMargins(MARGIN, 9, MARGIN, 9)
        line.setSpacing(14)
        self.title = PlainLabel(title, "strong")
        self.about = ElidedLabel("", "second")
        self.right = PlainLabel("", "second", tone="soft")
        self.right.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.title)
        line.addWidget(self.about, 1)
        line.addWidget(self.right)
        for label in (self.title, self.right):
            label.setWordWrap(False)
        whole.addLayout(line)
        whole.addWidget(Hairline())

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme().color("rail"))


class Columns(QWidget):
    """Two or three columns beside each other; where they would be too narrow, one below another."""

    def __init__(
        self,
        columns: Sequence[tuple[QWidget, int, int]],
        *,
        gap: int = 16,
        below: int | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`columns` are (widget, least width in pixels at the plain size of type, stretch).

        `gap` is between columns, `below` between what stands one below another (else the same).
        """
        super().__init__(parent)
        self._columns = tuple(columns)
        self._gap, self._below = gap, gap if below is None else below
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._turned = QTimer(self, singleShot=True, interval=0)
        self._turned.timeout.connect(self._on_turned)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(gap)
        for widget, _least, stretch in self._columns:
            self._box.addWidget(widget, stretch)

    @property
    def beside(self) -> bool:
        """Whether they stand beside each other now."""
        return self._box.direction() == QBoxLayout.Direction.LeftToRight

    def minimumSizeHint(self) -> QSize:
        """One below another they need no more width than the widest of them."""
        hints = [widget.minimumSizeHint() for widget, _least, _stretch in self._columns]
        high = super().minimumSizeHint().height()
        return QSize(max(hint.width() for hint in hints), high)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        ratio = theme().sizes.text / 13
        wanted = sum(least for _widget, least, _stretch in self._columns) * ratio
        fits = self.width() >= wanted + self._gap * (len(self._columns) - 1)
        way = QBoxLayout.Direction
        direction = way.LeftToRight if fits else way.TopToBottom
        if direction != self._box.direction():
            self._box.setDirection(direction)
            self._box.setSpacing(self._gap if fits else self._below)
            self._turned.start()

    def _on_turned(self) -> None:
        """Another height is needed; within a resize the layouts above would not hear of it."""
        above: QWidget | None = self
        while above is not None and not above.isWindow():
            above.updateGeometry()
            above = above.parentWidget()


def indent_under(mark: QWidget) -> int:
    """Where the words of a tick or a radio button begin, in pixels: for words below them."""
    return mark.fontMetrics().ascent() + 16


def column(*, gap: int = 14) -> tuple[QWidget, QVBoxLayout]:
    """A widget with an upright layout in it, for a side of `Columns`."""
    side = QWidget()
    inner = QVBoxLayout(side)
    inner.setContentsMargins(0, 0, 0, 0)
    inner.setSpacing(gap)
    return side, inner
