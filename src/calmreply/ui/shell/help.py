"""The help, in the window: topics on the left, plain text on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from calmreply import resources
from calmreply.i18n import _
from calmreply.ui.kit.rail import Rail, RailRow, RailSection
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.views import PlainView
from calmreply.ui.kit.widgets import Hairline, Scroll

if TYPE_CHECKING:
    from calmreply.ui.desk import Desk

KEYS = "keys"
_WIDEST = 720


class HelpPage(QWidget):
    """A room of the window (see `ui.rooms`)."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:  # noqa: ARG002 - no room's help asks anything
        super().__init__(parent)
        self.setObjectName("help")
        self.setAccessibleName(_("Help"))
        self._topics = topics()
        self.list = Rail(_("Topics"))
        self.list.setObjectName("help.topics")
        self.title = PlainLabel("", "title")
        self.text = PlainView(max_lines=None)
        self.text.setObjectName("help.text")
        self.text.setMaximumWidth(_WIDEST)
        scroll = Scroll()
        scroll.body.setContentsMargins(24, 18, 24, 24)
        scroll.body.addWidget(self.title)
        scroll.body.addWidget(self.text)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        left = QVBoxLayout()
        left.addWidget(self.list)
        whole.addLayout(left)
        whole.addWidget(Hairline(upright=True))
        whole.addWidget(scroll, 1)
        titles = {key: title for key, (title, _text) in self._topics.items()}
        rows = tuple(RailRow(key, title, tone="teal") for key, title in titles.items())
        self.list.set_sections((RailSection(_("Help"), rows),))
        self.list.chosen.connect(self.show_topic)
        self.list.choose(next(iter(self._topics)))
        self.setFocusProxy(self.list)

    def show_topic(self, key: str) -> None:
        title, text = self._topics[key]
        self.title.setText(title)
        self.text.set_text(text)


def topics() -> dict[str, tuple[str, str]]:
    """Title and text of each topic, in order; the keys of the window are the last."""
    found: dict[str, tuple[str, str]] = {}
    for path in sorted(resources.path("help").glob("*.txt")):
        title, _gap, text = path.read_text(encoding="utf-8").partition("\n")
        found[path.stem] = (title.strip(), text.strip())
    found[KEYS] = (_("Keys"), _key_words())
    return found


def _key_words() -> str:
    from calmreply.ui.shell import actions  # noqa: PLC0415 - it knows the stages, the help does not

    lines = []
    for one in actions.declared():
        if one.keys:
            shown = QKeySequence(one.keys.split()[0])
            keys = shown.toString(QKeySequence.SequenceFormat.NativeText)
            lines.append(f"{keys}: {one.words.replace('&', '').rstrip('…')}")
    lines += [
        _("Down: from the search into the list"),
        _("Enter: into the mention that is marked"),
        _("Esc: clear the search; in a narrow window, back to the list"),
    ]
    return "\n".join(lines)
