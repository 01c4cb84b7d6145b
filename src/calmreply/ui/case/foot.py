"""What can be done about the reply beside writing it: the line of buttons below its words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from calmreply.domain.calm import writers
from calmreply.i18n import _
from calmreply.ui.kit.buttons import Button, LinkButton
from calmreply.ui.kit.flow import FlowLayout
from calmreply.ui.kit.text import PlainLabel

if TYPE_CHECKING:
    from calmreply.ui.case.work import Shown

Do = Callable[[], object]


class Foot(QWidget):
    """`saved` says whether the words are kept."""

    def __init__(
        self, wordings: Button, *, versions: Do, details: Do, further: Do, afresh: Do
    ) -> None:
        super().__init__()
        self.versions = Button(_("Versions"), versions)
        self.versions.setObjectName("case.versions")
        self.details = Button(_("Where it goes, and an offer…"), details)
        self.details.setObjectName("case.details")
        self.further = LinkButton(_("Write another reply"), further)
        self.further.setObjectName("case.further")
        self.afresh = LinkButton(_("Start afresh"), afresh)
        self.afresh.setObjectName("case.afresh")
        self.afresh.setAccessibleDescription(
            _("A new reply with one writer: whoever wrote these words may sign it off.")
        )
        self.saved = PlainLabel("", "second")
        self.saved.setObjectName("case.saved")
        self.saved.setWordWrap(False)
        line = FlowLayout(self, gap=8, line_gap=6, spread=True)
        buttons = (wordings, self.versions, self.details, self.further, self.afresh)
        for widget in (*buttons, self.saved):
            line.addWidget(widget)

    def set_shown(self, shown: Shown, *, editable: bool, afresh: bool) -> None:
        """`afresh`: what is written is a further reply already."""
        revision = shown.facts.revision
        self.versions.setVisible(revision is not None)
        self.details.setVisible(editable)
        self.further.setVisible(shown.answered and not afresh)
        # Where somebody writes alone, another reply would have the same one writer.
        others = any(who != shown.me for who in writers(shown.facts))
        empty = revision is None or not revision.words.text
        self.afresh.setVisible(editable and others and not empty and not shown.answered)
