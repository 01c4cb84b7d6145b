"""The revisions of the reply, newest first, each against the one before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from calmreply.domain.reply import ReplyKind, ReplyStarted, Revised, difference
from calmreply.i18n import _, ngettext
from calmreply.ui import dates
from calmreply.ui.case.editor import AIR
from calmreply.ui.kit.buttons import Button, Choice, LinkButton
from calmreply.ui.kit.diff import Change, DiffView
from calmreply.ui.kit.flow import FlowLayout
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import add_hung

if TYPE_CHECKING:
    from calmreply.ui.case.work import Shown


class VersionsView(QWidget):
    """Stands in place of the editor. `use` carries the words of a version to write on from."""

    use = Signal(str)
    back = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Shown | None = None
        self._count = 0
        self.which = Choice()
        self.which.setObjectName("case.versions.which")
        self.which.setAccessibleName(_("Version"))
        self.which.currentIndexChanged.connect(self._show_chosen)
        self.setFocusProxy(self.which)
        self.words = DiffView()
        self.words.setObjectName("case.versions.words")
        self.words.setAccessibleName(_("What changed in this version"))
        self._about = PlainLabel("", "second")
        self.use_button = Button(_("Use this wording again"), self._use)
        self.use_button.setObjectName("case.versions.use")
        self.back_button = LinkButton(_("Back to the words"), self.back.emit)
        self.back_button.setObjectName("case.versions.back")
        column = QVBoxLayout(self)
        column.setContentsMargins(AIR + DiffView.hang, 0, AIR + DiffView.hang, 0)
        column.setSpacing(8)
        column.addWidget(self.which)
        column.addWidget(self._about)
        add_hung(column, self.words)
        column.addStretch(1)
        buttons = QWidget()
        line = FlowLayout(buttons, gap=10, line_gap=4)
        line.addWidget(self.use_button)
        line.addWidget(self.back_button)
        column.addWidget(buttons)

    def open(self, shown: Shown) -> None:
        self.set_shown(shown)
        self.which.setCurrentIndex(0)
        self._show_chosen()
        self.which.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_shown(self, shown: Shown, *, editable: bool = True) -> None:
        """Keeps the version that is looked at where there is still the same reply."""
        self._shown = shown
        self.use_button.setEnabled(editable)
        revisions = _written(shown)
        if self.which.count() == len(revisions) and self.which.count():
            return
        chosen = self.which.currentIndex()
        self.which.blockSignals(True)
        self.which.clear()
        for revised in reversed(revisions):
            when = dates.when(shown.page.known.now.wall_of(revised.at), shown.wall, shown.zone)
            words = _("Version {n}, {name}, {when}")
            if shown.facts.reply is None or revised.reply != shown.facts.reply.reply:
                words = _("Before it was started afresh: version {n}, {name}, {when}")
            name = shown.name(revised.by)
            self.which.addItem(words.format(n=revised.number, name=name, when=when))
        self.which.setCurrentIndex(max(0, min(chosen, len(revisions) - 1)))
        self.which.blockSignals(False)
        self._show_chosen()

    def _chosen(self) -> tuple[Revised | None, Revised | None]:
        """The version that is looked at, and the one before it."""
        revisions = _written(self._shown) if self._shown else ()
        at = len(revisions) - 1 - self.which.currentIndex()
        if not 0 <= at < len(revisions):
            return None, None
        now, before = revisions[at], revisions[at - 1] if at else None
        return now, before if before and before.reply == now.reply else None

    def _show_chosen(self) -> None:
        now, before = self._chosen()
        if now is None or before is None:
            self.words.set_text(now.words.text if now else "")
            self._about.setText(_("The first version."))
            return
        whose = self._shown.name(now.suggested_by) if self._shown and now.suggested_by else ""
        changes: list[Change] = [
            (change.value, text) for change, text in difference(before.words.text, now.words.text)
        ]
        self.words.set_diff(changes)
        count = sum(kind != "same" for kind, _text in changes)
        about = ngettext("{n} change", "{n} changes", count)
        said = [about.format(n=count)]
        if whose:
            said.insert(0, _("Suggested by {name}.").format(name=whose))
        if now.words.to != before.words.to:
            said.append(_("It goes another way or to another place."))
        if now.words.visibility is not before.words.visibility:
            said.append(_("Who can read it changed."))
        if now.words.offer != before.words.offer:
            said.append(_("The offer changed."))
        if now.words.subject != before.words.subject:
            said.append(_("The subject changed."))
        self._about.setText(" ".join(said))

    def _use(self) -> None:
        now, _before = self._chosen()
        if now is not None:
            self.use.emit(now.words.text)


def _written(shown: Shown) -> tuple[Revised, ...]:
    """What was written in this turn, also before it was started afresh; oldest first."""
    begun = shown.facts.in_turn(ReplyStarted)
    replies = {one.reply for one in begun if one.kind is not ReplyKind.HOLDING}
    revised = shown.facts.in_turn(Revised)
    return tuple(one for one in revised if one.reply in replies and one.words.text)
