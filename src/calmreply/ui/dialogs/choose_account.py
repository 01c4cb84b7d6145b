"""A source whose account is gone: another one of that kind for it, or a new one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from calmreply.app.listening import lost_accounts
from calmreply.domain import disguise
from calmreply.i18n import _
from calmreply.ui.dialogs import sources
from calmreply.ui.dialogs.frame import Dialog
from calmreply.ui.kit.buttons import Button, Choice, PrimaryButton
from calmreply.ui.kit.fields import FormRow
from calmreply.ui.kit.text import PlainLabel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from calmreply.app.ports.storage import Source
    from calmreply.ui.desk import Desk
    from calmreply.ui.dialogs.sources import PlaceKind


class ChooseAccountDialog(Dialog):
    """`done` when the source is read through another account; the first round is asked for."""

    def __init__(self, desk: Desk, source: Source, parent: QWidget | None = None) -> None:
        super().__init__(desk, "choose_account", _("Choose an account"), parent)
        self._source = source
        words = _("{source} goes on through another account. What it brought stays.")
        self.body.addWidget(PlainLabel(words.format(source=disguise.name(source.title))))
        self.account = Choice()
        self.account.setObjectName("choose.account")
        self.row = FormRow(_("Account"), self.account)
        self.body.addWidget(self.row)
        self._none = PlainLabel(_("No account of this kind is set up."), "second")
        self.body.addWidget(self._none)
        self.body.addStretch(1)
        self.leave = Button(_("Not now"), self.reject)
        self.leave.setObjectName("choose.leave")
        self.other = Button(_("Set up another account…"), self._set_up)
        self.other.setObjectName("choose.set_up")
        self.use = PrimaryButton(_("Listen through it"), self._go)
        self.use.setObjectName("choose.go")
        self.add_buttons(self.leave, self.other, self.use)
        self.start = self.account
        self.row.hide()
        self._none.hide()
        self.use.setEnabled(False)
        self.read(sources.place_kinds, then=self._show)

    def _show(self, kinds: tuple[PlaceKind, ...]) -> None:
        kind = next((one for one in kinds if one.kind == self._source.kind), None)
        for account, words in kind.accounts if kind is not None else ():
            self.account.addItem(words, account)
        some = bool(self.account.count())
        self.row.setVisible(some)
        self._none.setVisible(not some)
        self.use.setEnabled(some)
        self.focus(self.account if some else self.other)
        self.fit_soon()

    def _set_up(self) -> None:
        self.reject()
        self.desk.room_wanted.emit(f"settings:account:{self._source.kind}")

    def _go(self) -> None:
        what = partial(
            lost_accounts.listen_through,
            source=self._source.id,
            account=self.account.key(),
            actor=self.desk.actor,
        )
        self.run(what, self.finish)
