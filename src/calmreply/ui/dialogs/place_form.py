"""What a kind of place asks for before it is listened to, as rows."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QLineEdit, QVBoxLayout, QWidget

from calmreply.i18n import _
from calmreply.ui.dialogs.matching import Matcher
from calmreply.ui.kit.buttons import Button, Choice, LinkButton
from calmreply.ui.kit.declared import field_for, say_beside, values_of
from calmreply.ui.kit.fields import FormRow
from calmreply.ui.kit.flow import FlowLayout
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import add_hung

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calmreply.app.listening.offers import Offer
    from calmreply.app.ports.channels import Field
    from calmreply.errors import KnownError
    from calmreply.ui.dialogs.sources import PlaceKind
    from calmreply.ui.kit.declared import DeclaredField

_MANY = 3
"""So many fields that need not be filled in are folded away."""


class PlaceForm(QWidget):
    """`edited` when something else is asked for; `account_wanted` to set up an account first,
    `public_wanted` to do without one.

    `grown` when it takes more room than before. Where a kind `offers` what its fields may hold,
    those that need not be filled in become choices as soon as that is known, see `offer`.
    """

    edited = Signal()
    grown = Signal()
    account_wanted = Signal()
    public_wanted = Signal()

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
        self._hidden: dict[str, str] = {}  # values of fields that wait for what they may hold
        self._matcher: Matcher | None = None
        self.account = Choice(kind.accounts, parent=self)
        self.account.setObjectName("source.account")
        self.account.hide()
        self._whole = whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        if kind.needs_account and not kind.accounts:
            self._ask_for_account(whole)
            return
        if len(kind.accounts) > 1:
            whole.addWidget(FormRow(_("Account"), self.account))
            self.account.currentIndexChanged.connect(self._on_edited)
            self.account.show()
        if kind.accounts and kind.needs_account:
            other = LinkButton(_("Another account…"), self.account_wanted.emit)
            other.setObjectName("source.other_account")
            add_hung(whole, other)
        for one in kind.fields:
            if kind.offers and not one.required:
                self._hidden[one.name] = said.get(one.name, "")
            else:
                self._add(whole, one, said.get(one.name))
        seldom = [one.name for one in kind.fields if not (one.required or one.choices)]
        seldom = [name for name in seldom if name in self.fields]
        if len(seldom) >= _MANY and not any(said.get(name) for name in seldom):
            self._fold(whole, seldom)

    def _ask_for_account(self, whole: QVBoxLayout) -> None:
        words = _("CalmReply needs an account of yours there to read from.")
        whole.addWidget(PlainLabel(words))
        button = Button(
            _("Set up {title}…").format(title=self.kind.title), self.account_wanted.emit
        )
        button.setObjectName("source.set_up")
        holder = QWidget()
        flow = FlowLayout(holder, gap=8)
        flow.addWidget(button)
        whole.addWidget(holder)
        if self.kind.without_account:
            public = Button(_("Without an account…"), self.public_wanted.emit)
            public.setObjectName("source.without_account")
            flow.addWidget(public)
            whole.addWidget(PlainLabel(self.kind.without_account, "second"))

    def _add(self, whole: QVBoxLayout, one: Field, said: str | None) -> None:
        field = field_for(one, said)
        field.setObjectName(f"source.{one.name}")
        if isinstance(field, Choice):
            field.currentIndexChanged.connect(self._on_edited)
        elif isinstance(field, QLineEdit):
            field.textChanged.connect(self._on_edited)
        self.fields[one.name] = field
        beside = None
        if one.file and isinstance(field, QLineEdit):
            beside = Button(_("Choose…"), partial(self._choose, field))
            beside.setObjectName(f"source.{one.name}.choose")
        self.rows[one.name] = FormRow(one.words, field, one.hint, beside=beside)
        whole.addWidget(self.rows[one.name])

    def _fold(self, whole: QVBoxLayout, seldom: list[str]) -> None:
        """Many fields that need not be filled in are shown when somebody asks for them."""
        for name in seldom:
            self.rows[name].hide()
        more = LinkButton(_("More to fill in…"))
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

    def choose_account(self, account: str) -> None:
        """Where it is one of those that open it."""
        if self.account.findData(account) >= 0:
            self.account.choose(account)

    # what fields may hold

    @property
    def wants_offers(self) -> bool:
        """Whether it is to be asked what fields may hold, before the place is tried."""
        return bool(self._hidden) and self._matcher is None

    def offer(self, offers: Mapping[str, Offer]) -> None:
        """Let somebody choose among what is there; what was chosen before is, where it can be."""
        fields = [one for one in self.kind.fields if one.name in self._hidden]
        fields = [one for one in fields if one.name in offers]
        self._take_back()
        if not fields:
            self._hidden = dict.fromkeys(self._hidden, "")
            return
        self._matcher = Matcher(fields, offers, self._hidden)
        self._matcher.edited.connect(self._on_chosen)
        self._matcher.grown.connect(self.grown)
        self._whole.addWidget(self._matcher)

    def _take_back(self) -> None:
        """What was offered for another file; what was chosen there is remembered."""
        if self._matcher is None:
            return
        self._hidden |= values_of(self._matcher.fields)
        self._matcher.hide()
        self._matcher.deleteLater()
        self._matcher = None

    @property
    def ready(self) -> bool:
        """Whether there is an account, where one is needed."""
        return bool(self.kind.accounts) or not self.kind.needs_account

    def said(self) -> dict[str, str]:
        chosen = values_of(self._matcher.fields) if self._matcher is not None else {}
        return values_of(self.fields) | self._hidden | chosen

    def begin(self) -> None:
        """To the first thing to fill in."""
        for widget in self.findChildren(QWidget):
            if widget.objectName().startswith("source."):
                widget.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def say_error(self, error: KnownError) -> bool:
        """Beside the field it names, or the only one; False where it is about none of them."""
        rows = {**self.rows, **(self._matcher.rows if self._matcher is not None else {})}
        about = say_beside(rows, error)
        if about is None and error.code == "no_text" and self._matcher is not None:
            about = next(iter(self._matcher.rows))
            rows[about].set_error(error.words)
        elif about is None and len(self.rows) == 1 and self._is_about_place(error):
            about = next(iter(self.rows))
            rows[about].set_error(f"{error.words} {error.way_out}")
        if about is not None:
            rows[about].field.setFocus(Qt.FocusReason.OtherFocusReason)
        return about is not None

    def _is_about_place(self, error: KnownError) -> bool:
        """Whether it is about what was filled in here, and not about the account."""
        return not self.kind.needs_account or error.code == "no_such_place"

    def clear_errors(self) -> None:
        chosen = self._matcher.rows if self._matcher is not None else {}
        for row in (*self.rows.values(), *chosen.values()):
            row.set_error("")

    def _on_chosen(self) -> None:
        self.clear_errors()
        self.edited.emit()

    def _on_edited(self, *_what: object) -> None:
        self._take_back()
        self.clear_errors()
        self.edited.emit()
