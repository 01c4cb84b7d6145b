"""The dialogs that a case opens, each imported when it is first needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from calmreply.domain.mention import CaseId
    from calmreply.ui.desk import Desk

DIALOGS: Mapping[str, str] = MappingProxyType(
    {
        "review": "calmreply.ui.dialogs.review:ReviewDialog",
        "ask": "calmreply.ui.dialogs.ask:AskDialog",
        "answer": "calmreply.ui.dialogs.answer:AnswerDialog",
        "look": "calmreply.ui.dialogs.look:LookDialog",
        "holding": "calmreply.ui.dialogs.holding:HoldingDialog",
        "outside": "calmreply.ui.dialogs.outside:OutsideDialog",
        "aside": "calmreply.ui.dialogs.aside:AsideDialog",
        "hide": "calmreply.ui.dialogs.own_site:HideDialog",
        "agree": "calmreply.ui.dialogs.own_site_second:AgreeDialog",
        "second": "calmreply.ui.dialogs.second:SecondDialog",
        "emergency": "calmreply.ui.dialogs.emergency:EmergencyDialog",
        "self_review": "calmreply.ui.dialogs.self_review:SelfReviewDialog",
        "report": "calmreply.ui.dialogs.own_site:ReportDialog",
        "close": "calmreply.ui.dialogs.close:CloseDialog",
        "debrief": "calmreply.ui.dialogs.debrief:DebriefDialog",
    }
)
"""Where each is, as `module:name`; made from (desk, case, parent)."""


class Doors(QObject):
    """Opens one dialog at a time over the page."""

    def __init__(self, desk: Desk, page: QWidget) -> None:
        super().__init__(page)
        self._desk, self._page = desk, page
        self.dialog: QDialog | None = None

    def open(
        self, name: str, case: CaseId, done: Callable[[object], object] | None = None
    ) -> QDialog:
        """`done` is called with what came of it, if anything did."""
        module, _colon, attribute = DIALOGS[name].partition(":")
        make = getattr(import_module(module), attribute)
        dialog = cast("QDialog", make(self._desk, case, self._page.window()))
        if done is not None:
            dialog.done.connect(done)  # type: ignore[attr-defined]  # a signal in our dialogs
        dialog.open()
        self.dialog = dialog
        return dialog
