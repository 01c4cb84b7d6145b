"""Card, bar, notice, empty room, page head, stars: the things rooms are furnished with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from calmreply.i18n import _, ngettext
from calmreply.ui.kit.buttons import Button, LinkButton
from calmreply.ui.kit.flow import FlowLayout, Hang
from calmreply.ui.kit.text import ElidedLabel, PlainLabel
from calmreply.ui.kit.theme import theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QLayout

    from calmreply.errors import KnownError
    from calmreply.ui.kit.palette import Tone
    from calmreply.ui.kit.pills import Pill


class SectionLabel(PlainLabel):
    """The small words over a section."""

    def __init__(self, words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(words, "section", parent=parent)


class Hairline(QFrame):
    """A line between things; says nothing to the screen reader."""

    def __init__(self, *, upright: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if upright:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme().color("line"))


class Card(QFrame):
    """A panel with a hairline, radius 9 and a trace of shadow. `body` takes what is in it.

    `head` stands to the right of the title: a count, a link, a pill. With `fill`, what is in it
    shares the height it gets; otherwise spare height stays empty below.
    """

    def __init__(
        self, title: str = "", *, fill: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(14, 12, 14, 14)
        self._whole.setSpacing(8)
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        self._title = SectionLabel(title)
        self.head.addWidget(self._title, 1)
        self._whole.addLayout(self.head)
        self.body = QVBoxLayout()
        self.body.setSpacing(6)
        self._whole.addLayout(self.body, int(fill))
        if not fill:
            self._whole.addStretch(1)
        self.set_title(title)

    def set_title(self, title: str) -> None:
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self.setAccessibleName(title)

    def add(self, widget: QWidget, stretch: int = 0) -> None:
        """Put `widget` below what is there, its words in line with the others."""
        add_hung(self.body, widget, stretch)

    def paintEvent(self, _event: QPaintEvent) -> None:
        now = theme()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -1.5)
            painter.setPen(QPen(now.color("shade"), 1))
            painter.drawRoundedRect(frame.translated(0, 1), 9, 9)
            painter.setPen(QPen(now.color("line"), 1))
            painter.setBrush(now.color("panel"))
            painter.drawRoundedRect(frame, 9, 9)


class Bar(QProgressBar):
    """A thin bar; its meaning stands in words beside it."""

    _WHOLE = 1000

    def __init__(self, tone: Tone = "teal", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone: Tone = tone
        self.setRange(0, self._WHOLE)
        self.setTextVisible(False)
        self.setFixedHeight(5)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_share(self, share: float, tone: Tone = "teal") -> None:
        """Fill it to `share`, from 0 to 1."""
        value = round(min(1.0, max(0.0, share)) * self._WHOLE)
        if (value, tone) == (self.value(), self._tone):
            return
        self._tone = tone
        # Qt's own bar paints itself at once, and with it whatever else of the window waits for it.
        self.setUpdatesEnabled(False)
        self.setValue(value)
        self.setUpdatesEnabled(True)

    def paintEvent(self, _event: QPaintEvent) -> None:
        now = theme()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            whole = QRectF(self.rect())
            painter.setBrush(now.color("line"))
            painter.drawRoundedRect(whole, 2.5, 2.5)
            wide = whole.width() * self.value() / self._WHOLE
            if wide <= 0:
                return
            done = QRectF(whole.x(), whole.y(), max(wide, whole.height()), whole.height())
            if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
                done.moveRight(whole.right())
            painter.setBrush(now.color("soft" if self._tone == "neutral" else self._tone))
            painter.drawRoundedRect(done, 2.5, 2.5)


class EmptyRoom(QWidget):
    """What will appear here, and one thing to do about it."""

    def __init__(
        self,
        title: str,
        words: str,
        action: str = "",
        do: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(8)
        layout.addStretch(2)
        for words_shown, look in ((title, "strong"), (words, "second")):
            label = PlainLabel(words_shown, "strong" if look == "strong" else "second")
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(label)
        self.button = Button(action, do)
        layout.addSpacing(4)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        # Not before it lies in here: shown without a parent it would be a window for a moment.
        self.button.setVisible(bool(action))
        self._behind = layout.count()
        self._layout = layout
        layout.addStretch(3)

    def offer_also(self, action: str, do: Callable[[], object]) -> Button:
        """A second thing to do, below the first."""
        button = Button(action, do)
        self._layout.insertWidget(self._behind, button, 0, Qt.AlignmentFlag.AlignHCenter)
        return button


class Notice(QFrame):
    """Something happened right here: one sentence, a way out, perhaps one button.

    It stands in the page and moves the rest down; it never covers anybody's work. Hidden until
    it has something to say; the screen reader is told when it does.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone: Tone = "red"
        self._do: Callable[[], object] | None = None
        whole = QHBoxLayout(self)
        whole.setContentsMargins(16, 9, 10, 9)
        whole.setSpacing(10)
        words = QVBoxLayout()
        words.setSpacing(2)
        self._words = PlainLabel("", "strong")
        self._way_out = PlainLabel("", "second", tone="soft", selectable=True)
        words.addWidget(self._words)
        add_hung(words, self._way_out)
        whole.addLayout(words, 1)
        self._button = Button("", self._act)
        self._close = LinkButton(_("Close"), self.clear)
        self.objectNameChanged.connect(self._name_buttons)
        whole.addWidget(self._button, 0, Qt.AlignmentFlag.AlignVCenter)
        whole.addWidget(self._close, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()

    def say(
        self,
        words: str,
        way_out: str = "",
        *,
        tone: Tone = "red",
        action: str = "",
        do: Callable[[], object] | None = None,
    ) -> None:
        """Show it; replaces what it said before."""
        self._tone, self._do = tone, do
        self._words.setText(words)
        self._words.set_tone(tone)
        self._way_out.setText(way_out)
        self._way_out.setVisible(bool(way_out))
        self._button.setText(action)
        self._button.setVisible(bool(action))
        self.setAccessibleName(f"{words} {way_out}".strip())
        self.show()
        self.update()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def say_error(self, error: KnownError) -> None:
        self.say(error.words, error.way_out)

    def words(self) -> str:
        """What it says now; empty when it is not shown."""
        return "" if self.isHidden() else self.accessibleName()

    def clear(self) -> None:
        inside = self.focusWidget()
        if inside is not None and inside.hasFocus():
            self.focusNextChild()
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        now = theme()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.setPen(QPen(now.color("line"), 1))
            painter.setBrush(now.color("panel"))
            painter.drawRoundedRect(frame, 7, 7)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(now.color("soft" if self._tone == "neutral" else self._tone))
            painter.drawRoundedRect(QRectF(5, 7, 3, self.height() - 14), 1.5, 1.5)

    def _name_buttons(self, name: str) -> None:
        self._button.setObjectName(f"{name}.act")
        self._close.setObjectName(f"{name}.close")

    def _act(self) -> None:
        if self._do is not None:
            self._do()


class StarsLabel(PlainLabel):
    """★★☆☆☆, read out as "2 of 5 stars"."""

    def __init__(self, stars: int = 0, of: int = 5, parent: QWidget | None = None) -> None:
        super().__init__("", "second", parent=parent)
        self.setWordWrap(False)
        self.set(stars, of)

    def set(self, stars: int, of: int = 5) -> None:
        self.setText(stars_shown(stars, of))
        self.setAccessibleName(stars_in_words(stars, of))


def stars_shown(stars: int, of: int = 5) -> str:
    """Stars as signs, for labels and pills."""
    full = min(max(stars, 0), of)
    return "★" * full + "☆" * (of - full)


def stars_in_words(stars: int, of: int = 5) -> str:
    return ngettext("{stars} of {of} star", "{stars} of {of} stars", of).format(stars=stars, of=of)


class PageHead(QWidget):
    """The title of a page with its pills on the left, who and the buttons on the right.

    Where there is not room for both, the right side goes below.
    """

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        line = FlowLayout(gap=16, line_gap=8, spread=True)
        line.setContentsMargins(22, 12, 22, 12)
        self.title = ElidedLabel(title, "title")
        left, self.pills = _side_by_side(8)
        self.pills.addWidget(self.title)
        right, self.right = _side_by_side(10)
        line.addWidget(left)
        line.addWidget(right)
        whole.addLayout(line)
        whole.addWidget(Hairline())

    def add_pill(self, pill: Pill) -> None:
        self.pills.addWidget(pill)

    def add_right(self, widget: QWidget) -> None:
        self.right.addWidget(widget)


def _side_by_side(gap: int) -> tuple[QWidget, QHBoxLayout]:
    holder = QWidget()
    layout = QHBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(gap)
    return holder, layout


class Scroll(QScrollArea):
    """A page that scrolls up and down only. Put things into `body`; they begin at the top.

    With `fill`, what is in it shares the height of the page where there is more than it needs.
    """

    def __init__(self, *, fill: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget()
        page.setProperty("look", "scrolled")
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(16, 16, 16, 16)
        self.body.setSpacing(14)
        whole.addLayout(self.body, int(fill))
        if not fill:
            whole.addStretch(1)
        self.setWidget(page)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 120)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002 - Qt's own name
        """Bring what gets the focus into sight."""
        moved = super().focusNextPrevChild(next)
        if moved and (now := self.focusWidget()) is not None:
            self.ensureWidgetVisible(now, 20, 20)
        return moved


def add_hung(body: QBoxLayout, widget: QWidget, stretch: int = 0) -> None:
    """Add `widget` to `body` so that its words, not its focus ring, stand in line with the rest.

    What draws a ring around bare words says by `hang` how many pixels that ring takes.
    """
    hang: int = getattr(widget, "hang", 0)
    if hang:
        body.addLayout(Hang(widget, hang), stretch)
    else:
        body.addWidget(widget, stretch)


def empty(layout: QLayout) -> None:
    """Take every widget and inner layout out of `layout` and let them go."""
    if isinstance(layout, FlowLayout):
        layout.clear()
        return
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            empty(inner)
