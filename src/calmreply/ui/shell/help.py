"""The help, in the window: topics on top, plain text below."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QVBoxLayout, QWidget

from calmreply import resources
from calmreply.i18n import _
from calmreply.ui.kit.pills import PillChoice
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.views import PlainView
from calmreply.ui.kit.widgets import Card, PageHead, Scroll

if TYPE_CHECKING:
    from calmreply.ui.desk import Desk

KEYS = "keys"
_WIDEST = 860


class HelpPage(QWidget):
    """A room of the window (see `ui.rooms`)."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:  # noqa: ARG002 - no room's help asks anything
        super().__init__(parent)
        self.setObjectName("help")
        self.setAccessibleName(_("Help"))
        self._topics = topics()
        titles = [(key, title) for key, (title, _text) in self._topics.items()]
        self.choice = PillChoice(titles, exclusive=True, name=_("Topics"))
        self.choice.setObjectName("help.topics")
        self.title = PlainLabel("", "title")
        self.text = PlainView(max_lines=None)
        self.text.setObjectName("help.text")
        self.card = Card()
        self.card.setMaximumWidth(_WIDEST)
        self.card.add(self.title)
        self.card.add(self.text)
        scroll = Scroll()
        scroll.body.setContentsMargins(22, 16, 22, 22)
        scroll.body.addWidget(self.choice)
        scroll.body.addWidget(self.card)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(PageHead(_("Help")))
        whole.addWidget(scroll, 1)
        self.choice.changed.connect(self._show)
        self.choice.choose((titles[0][0],))
        self.setFocusProxy(self.choice)

    def show_topic(self, key: str) -> None:
        self.choice.choose((key,))

    def _show(self) -> None:
        for key in self.choice.chosen():
            title, text = self._topics[key]
            self.title.setText(title)
            self.text.set_text(text)
            self.text.setAccessibleName(title)


def topics() -> dict[str, tuple[str, str]]:
    """Title and text of each topic, in order; the keys of the window are the last."""
    found: dict[str, tuple[str, str]] = {}
    for path in sorted(resources.path("help").glob("*.txt"), key=_place):
        title, _gap, text = path.read_text(encoding="utf-8").partition("\n")
        found[path.stem] = (title.strip(), text.strip())
    found[KEYS] = (_("Keys"), _key_words())
    return found


def _place(path: Path) -> tuple[int, str]:
    """By the number that a file's name begins with."""
    number = path.name.partition("-")[0]
    return (int(number) if number.isdecimal() else 0, path.name)


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
