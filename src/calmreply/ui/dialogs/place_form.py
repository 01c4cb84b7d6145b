"""What a kind of place asks for before it is listened to, as rows."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QLineEdit, QVBoxLayout, QWidget

from calmreply.i18n import _
from calmreply.ui.kit.buttons import Button, Choice, LinkButton
from calmreply.ui.kit.declared import field_for, say_beside, values_of
from calmreply.ui.kit.fields import FormRow
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import add_hung

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calmreply.errors import KnownError
    from calmreply.ui.dialogs.sources import PlaceKind
    from calmreply.ui.kit.declared import DeclaredField

_MANY = 3
"""So many fields that need not be filled in are folded away."""


class PlaceForm(QWidget):
    """`edited` when something else is asked for; `account_wanted` to set up an account first.

    `grown` when it takes more room than before.
    """

    edited = Signal()
    grown = Signal()
    account_wanted = Signal()

    def __init__(
        self,
        kind: PlaceKind,
        said: Mapping[str, str] = MappingProxyType({}),
        parent: QWidget | None = None,
    ) -> None:
        """`said` fills its fields; the others hold what is usual."""
        super().__init__(parent)
        self.kind = kind
        self.fields: dict[str, DeclaredField] = {}
        self.rows: dict[str, FormRow] = {}
        self.account = Choice(kind.accounts, parent=self)
        self.account.setObjectName("source.account")
        self.account.hide()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        if kind.needs_account and not kind.accounts:
            words = _("CalmReply needs an account there to read from: its name and its password.")
            whole.addWidget(PlainLabel(words))
            button = Button(_("Set up {title}…").format(title=kind.title), self.account_wanted.emit)
            button.setObjectName("source.set_up")
            add_hung(whole, button)
            return
        if len(kind.accounts) > 1:
            whole.addWidget(FormRow(_("Account"), self.account))
            self.account.currentIndexChanged.connect(self._on_edited)
            self.account.show()
        for one in kind.fields:
            field = field_for(one, said.get(one.name))
            field.setObjectName(f"source.{one.name}")
            if isinstance(field, Choice):
                field.currentIndexChanged.connect(self._on_edited)
            elif isinstance(field, QLineEdit):
                field.textChanged.connect(self._on_edited)
            self.fields[one.name] = field
            self.rows[one.name] = FormRow(one.words, field, one.hint)
            whole.addWidget(self.rows[one.name])
            if one.file and isinstance(field, QLineEdit):
                choose = LinkButton(_("Choose…"), partial(self._choose, field))
                choose.setObjectName(f"source.{one.name}.choose")
                add_hung(whole, choose)
        seldom = [one.name for one in kind.fields if not (one.required or one.choices)]
        if len(seldom) >= _MANY and not any(said.get(name) for name in seldom):
            self._fold(whole, seldom)

    def _fold(self, whole: QVBoxLayout, seldom: list[str]) -> None:
        """Many fields that need not be filled in are shown when somebody asks for them."""
        for name in seldom:
            self.rows[name].hide()
        more = LinkButton(_("More to fill in, where it is not found by itself…"))
        more.setObjectName("source.more")
        more.clicked.connect(partial(self._unfold, more, seldom))
        add_hung(whole, more)

    def _unfold(self, more: LinkButton, seldom: list[str]) -> None:
        for name in seldom:
            self.rows[name].show()
        self.fields[seldom[0]].setFocus(Qt.FocusReason.OtherFocusReason)
        more.hide()
        self.grown.emit()

    def _choose(self, field: QLineEdit) -> None:
        dialog = QFileDialog(self.window(), _("Which file?"), field.text())
        dialog.setObjectName("source.file")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(field.setText)
        dialog.open()

    @property
    def ready(self) -> bool:
        """Whether there is an account, where one is needed."""
        return bool(self.kind.accounts) or not self.kind.needs_account

    def said(self) -> dict[str, str]:
        return values_of(self.fields)

    def begin(self) -> None:
        """To the first thing to fill in."""
        for widget in self.findChildren(QWidget):
            if widget.objectName().startswith("source."):
                widget.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def say_error(self, error: KnownError) -> bool:
        """Beside the field it names; False where it names none."""
        about = say_beside(self.rows, error)
        if about is not None:
            self.fields[about].setFocus(Qt.FocusReason.OtherFocusReason)
        return about is not None

    def clear_errors(self) -> None:
        for row in self.rows.values():
            row.set_error("")

    def _on_edited(self, *_what: object) -> None:
        self.clear_errors()
        self.edited.emit()
