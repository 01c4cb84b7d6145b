"""Accounts: what is set up, and a form built from the fields a plug-in declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from calmreply.app import accounts
from calmreply.app.channels import Field
from calmreply.app.searches import PlaceAt
from calmreply.app.storage import Account
from calmreply.errors import KnownError
from calmreply.i18n import _
from calmreply.ui.deeds import Deeds
from calmreply.ui.dialogs.add_source import AddSourceDialog
from calmreply.ui.kit.buttons import Button, LinkButton, PrimaryButton, Tick
from calmreply.ui.kit.declared import field_for, say_beside, values_of
from calmreply.ui.kit.fields import FormRow, PassphraseField
from calmreply.ui.kit.flow import FlowLayout
from calmreply.ui.kit.text import ElidedLabel, PlainLabel
from calmreply.ui.kit.widgets import Card, Hairline, Notice, add_hung, empty

if TYPE_CHECKING:
    from calmreply.app.changes import ChangeSet
    from calmreply.app.home import Actor, Home
    from calmreply.ui.desk import Desk
    from calmreply.ui.kit.declared import DeclaredField


@dataclass(frozen=True, slots=True)
class Kind:
    """A channel that needs an account."""

    kind: str
    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    kinds: tuple[Kind, ...]
    accounts: tuple[Account, ...]


def load(home: Home) -> Shown:
    """On a worker thread: channels are looked for when they are first needed."""
    known = {kind: accounts.channel(home, kind) for kind in accounts.kinds(home)}
    kinds = (Kind(kind, one.title, one.fields) for kind, one in known.items() if one.fields)
    return Shown(tuple(sorted(kinds, key=lambda one: one.title)), accounts.everything(home))


class AccountsCard(Card):
    """The list, with a form below it while one is being set up.

    `wanted` gives what should be brought into sight.
    """

    wanted = Signal(QWidget)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(_("Accounts: what we read from and answer by"), parent=parent)
        self._desk = desk
        self._form: AccountForm | None = None
        self._kind_wanted = ""  # to be set up as soon as the kinds are known
        self._for_source = ""  # the kind of the source on the way to which somebody came here
        self.notice = Notice()
        self.notice.setObjectName("accounts.notice")
        self.deeds = Deeds(desk, self)
        self.deeds.failed.connect(self._on_failed)
        self._tested_last: Account | None = None
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self._forms = QVBoxLayout()
        self._more = QWidget()
        self._buttons = FlowLayout(self._more, gap=8)
        self.body.addLayout(self._list)
        self.body.addWidget(self.notice)
        self.body.addLayout(self._forms)
        self.body.addWidget(self._more)
        desk.changed.connect(self._on_changed)
        self.reload()

    def reload(self) -> None:
        self._desk.read(load)(self._show, self.notice.say_error)

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.accounts:
            self.reload()

    def _show(self, shown: Shown) -> None:
        focused = self._more.isAncestorOf(QApplication.focusWidget() or self)
        empty(self._list)
        by_kind = {one.kind: one for one in shown.kinds}
        self._list.addWidget(
            PlainLabel(_("By hand: it is copied, and you paste it on the page. Always there."))
        )
        for account in shown.accounts:
            self._list.addWidget(Hairline())
            self._list.addWidget(self._line(account, by_kind.get(account.kind)))
        self._buttons.clear()
        for kind in shown.kinds:
            button = Button(
                _("Set up {title}…").format(title=kind.title), partial(self._set_up, kind)
            )
            button.setObjectName(f"accounts.add.{kind.kind}")
            self._buttons.addWidget(button)
        self._more.setVisible(bool(shown.kinds) and self._form is None)
        wanted, self._kind_wanted = by_kind.get(self._kind_wanted), ""
        if wanted is not None:
            self._set_up(wanted)
            self._for_source = wanted.kind
        elif focused:
            self._to_first()

    def set_up_for_source(self, kind: str) -> None:
        """Open the form of that kind; once it is kept, the way back to the source is offered."""
        self._kind_wanted = kind
        self.reload()

    def _to_first(self) -> None:
        """To the first thing that can be set up, where there is anything."""
        buttons = [one for one in self._more.findChildren(Button) if not one.isHidden()]
        if buttons:
            buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _line(self, account: Account, kind: Kind | None) -> QWidget:
        line = QWidget()
        whole = QVBoxLayout(line)
        whole.setContentsMargins(0, 8, 0, 8)
        whole.setSpacing(2)
        whole.addWidget(ElidedLabel(kind.title if kind else account.kind, "strong"))
        said = " · ".join(value for value in account.settings.values() if value)
        whole.addWidget(PlainLabel(said, "second"))
        links = QWidget()
        flow = FlowLayout(links, gap=14)
        for words, called, do in (
            (_("Test"), "test", partial(self._test, account)),
            (_("Change…"), "change", partial(self._change, account, kind)),
            (_("Remove…"), "remove", partial(self._ask_to_remove, account)),
        ):
            if called == "change" and kind is None:
                continue
            link = LinkButton(words, do)
            link.setAccessibleDescription(said)
            link.setObjectName(f"accounts.{called}.{account.id}")
            flow.addWidget(link)
        whole.addWidget(links)
        return line

    # what is done

    def _change(self, account: Account, kind: Kind | None) -> None:
        if kind is not None:
            self._set_up(kind, account)

    def _set_up(self, kind: Kind, account: Account | None = None) -> None:
        if self._form is not None:
            self._on_ended("")
        self._for_source = ""
        self.notice.clear()
        self._form = AccountForm(self._desk, kind, account)
        self._form.ended.connect(self._on_ended)
        self._forms.addWidget(self._form)
        self._more.hide()
        self._form.begin()
        # What was added just now takes the focus only once its layout has shown it.
        QTimer.singleShot(0, self._form, self._form.begin)
        self.wanted.emit(self._form)

    def _on_ended(self, words: str) -> None:
        """The form is gone; `words` say what became of it, or nothing where it was left."""
        if self._form is not None:
            self._form.hide()
            self._form.deleteLater()
            self._form = None
        self._more.show()
        self._to_first()
        back, self._for_source = self._for_source, ""
        if words and back:
            again, do = _("Back to adding the source"), partial(self._back_to_source, back)
            self.notice.say(words, tone="green", action=again, do=do)
            self.notice.findChildren(Button)[0].setFocus(Qt.FocusReason.OtherFocusReason)
            self.wanted.emit(self.notice)
        elif words:
            self.notice.say(words, tone="green")

    def _back_to_source(self, kind: str) -> None:
        self.notice.clear()
        AddSourceDialog(self._desk, self.window(), place=PlaceAt(kind, ())).open()

    def _test(self, account: Account, *, allow_private: bool = False) -> None:
        self._tested_last = None if allow_private else account
        self.notice.say(_("Signing in there…"), tone="neutral")
        what = partial(_test, account=account.id, allow_private=allow_private)
        self.deeds.run(what, self._tested, on="net")

    def _on_failed(self, error: KnownError) -> None:
        account, self._tested_last = self._tested_last, None
        if account is None or error.code not in accounts.IN_OWN_NETWORK:
            self.notice.say_error(error)
            return
        self.notice.say(
            error.words,
            error.way_out,
            action=_("This is on our own network: test it"),
            do=partial(self._test, account, allow_private=True),
        )

    def _tested(self, _account: object) -> None:
        self.notice.say(_("It works. Nothing was sent."), tone="green")

    def _ask_to_remove(self, account: Account) -> None:
        self.notice.say(
            _("Forget this account and its password?"),
            _("What was sent by it stays."),
            tone="amber",
            action=_("Forget it"),
            do=partial(self._remove, account),
        )
        self.notice.findChildren(Button)[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove(self, account: Account) -> None:
        self.notice.clear()
        self.deeds.act_if_anybody(partial(_remove, account=account.id))


class AccountForm(QWidget):
    """`ended` when it has been saved or left, with words about it or none."""

    ended = Signal(str)

    def __init__(
        self,
        desk: Desk,
        kind: Kind,
        account: Account | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`account` is the one that is changed, if it is there already."""
        super().__init__(parent)
        self.kind, self.account = kind, account
        self.deeds = Deeds(desk, self)
        self.deeds.began.connect(self._on_deed)
        self.deeds.failed.connect(self.say_error)
        self.notice = Notice()
        self.notice.setObjectName("account.notice")
        self.rows: dict[str, FormRow] = {}
        self.fields: dict[str, DeclaredField] = {}
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 8, 0, 8)
        whole.setSpacing(10)
        whole.addWidget(Hairline())
        whole.addWidget(PlainLabel(kind.title, "strong"))
        for one in kind.fields:
            kept = account.settings.get(one.name, "") if account else None
            field = field_for(one, kept)
            field.setObjectName(f"account.{one.name}")
            self.fields[one.name] = field
            hint = _("Empty: the one that is kept.") if account and one.secret else one.hint
            self.rows[one.name] = FormRow(one.words, field, hint)
            whole.addWidget(self.rows[one.name])
        whole.addWidget(self.notice)
        self.own_network = Tick(_("This is on our own network"))
        self.own_network.setObjectName("account.own_network")
        self.own_network.hide()
        add_hung(whole, self.own_network)
        self.test = Button(_("Test"), self._test)
        self.save = PrimaryButton(_("Keep it"), self._save)
        self.leave = LinkButton(_("Not now"), partial(self.ended.emit, ""))
        self._busy = PlainLabel("", "second", tone="soft")
        holder = QWidget()
        flow = FlowLayout(holder, gap=10)
        for part, name in (
            (self.save, "save"),
            (self.test, "test"),
            (self.leave, "leave"),
            (self._busy, "busy"),
        ):
            part.setObjectName(f"account.{name}")
            flow.addWidget(part)
        whole.addWidget(holder)

    def begin(self) -> None:
        next(iter(self.fields.values())).setFocus(Qt.FocusReason.OtherFocusReason)

    def values(self) -> dict[str, str]:
        """Everything but the secret."""
        return values_of(self.fields)

    def secret(self) -> str | None:
        secrets = [field for field in self.fields.values() if isinstance(field, PassphraseField)]
        return secrets[0].text() or None if secrets else None

    def _test(self) -> None:
        self._clear()
        what = partial(
            _try_out,
            kind=self.kind.kind,
            values=self.values(),
            secret=self.secret(),
            account=self.account.id if self.account else None,
            allow_private=self.own_network.isChecked(),
        )
        self.deeds.run(what, self._tested, on="net", words=_("Signing in there…"))

    def _tested(self, _nothing: object) -> None:
        self.notice.say(_("It works. Nothing was sent."), tone="green")

    def _save(self) -> None:
        self._clear()
        what = partial(
            _keep,
            kind=self.kind.kind,
            values=self.values(),
            secret=self.secret(),
            account=self.account.id if self.account else None,
        )
        self.deeds.act_if_anybody(what, self._saved, on="net")

    def _saved(self, made: tuple[Account, str, ChangeSet]) -> None:
        _account, why, _changes = made
        for field in self.fields.values():
            if isinstance(field, PassphraseField):
                field.clear()
        words = _("{title} is changed.") if self.account else _("{title} is set up.")
        words = words.format(title=self.kind.title)
        self.ended.emit(f"{words} {why}".strip())

    def _clear(self) -> None:
        for row in self.rows.values():
            row.set_error("")

    def _on_deed(self, words: str) -> None:
        if words:
            self.notice.clear()
        self._busy.setText(words)

    def say_error(self, error: KnownError) -> None:
        """Beside the field it is about, where it says which."""
        about = say_beside(self.rows, error)
        if error.code in accounts.IN_OWN_NETWORK:
            self.notice.say_error(error)
            self.own_network.show()
            self.own_network.setFocus(Qt.FocusReason.OtherFocusReason)
        elif about is None:
            self.notice.say_error(error)
        else:
            self.fields[about].setFocus(Qt.FocusReason.OtherFocusReason)


def _test(home: Home, account: str, *, allow_private: bool) -> Account:
    return accounts.test(home, account, allow_private=allow_private)


def _try_out(
    home: Home,
    kind: str,
    values: Mapping[str, str],
    secret: str | None,
    account: str | None,
    *,
    allow_private: bool,
) -> None:
    accounts.try_out(home, kind, values, secret, account, allow_private=allow_private)


def _keep(
    home: Home,
    actor: Actor | None,
    *,
    kind: str,
    values: Mapping[str, str],
    secret: str | None,
    account: str | None,
) -> tuple[Account, str, ChangeSet]:
    """Keep it, new or changed; where no keyring keeps the password, say so."""
    if account is None:
        kept, changes = accounts.add(home, actor, kind, values, secret)
    else:
        kept, changes = accounts.change(home, actor, account, values, secret)
    lost = bool(secret) and not home.secrets.keeps
    return kept, home.secrets.why if lost else "", changes


def _remove(home: Home, actor: Actor | None, *, account: str) -> ChangeSet:
    return accounts.remove(home, actor, account)
