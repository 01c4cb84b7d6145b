"""The form of an account, built from the fields that a plug-in declares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from calmreply.app.persons import lockbox
from calmreply.app.ports.channels import Field
from calmreply.app.ports.storage import Account
from calmreply.app.sending import accounts
from calmreply.app.words import wording_trying
from calmreply.i18n import _
from calmreply.ui.deeds import Deeds
from calmreply.ui.dialogs.keeping import Keeping
from calmreply.ui.kit.buttons import Button, LinkButton, PrimaryButton, Tick
from calmreply.ui.kit.declared import field_for, say_beside, values_of
from calmreply.ui.kit.fields import FormRow, PassphraseField
from calmreply.ui.kit.flow import FlowLayout
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import Hairline, Notice

if TYPE_CHECKING:
    from calmreply.app.home import Actor, Home
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.errors import KnownError
    from calmreply.ui.desk import Desk
    from calmreply.ui.kit.declared import DeclaredField


@dataclass(frozen=True, slots=True)
class Kind:
    """A channel that needs an account, and what that is for in a sentence."""

    kind: str
    title: str
    fields: tuple[Field, ...]
    purpose: str = ""


def what_is_set(kind: Kind, settings: Mapping[str, str]) -> str:
    """What tells one account from another; what everybody leaves as it is stays out of it."""
    said = []
    for field in kind.fields:
        value = settings.get(field.name, "")
        if not value or value == field.default:
            continue
        called = dict(zip(field.choices, field.called or field.choices, strict=True))
        said.append(f"{field.words}: {called[value]}" if value in called else value)
    return " · ".join(said)


class AccountForm(QWidget):
    """`ended` when it has been saved or left, with words about it or none."""

    ended = Signal(str)

    def __init__(
        self,
        desk: Desk,
        kind: Kind,
        account: Account | None = None,
        parent: QWidget | None = None,
        *,
        to_secret: bool = False,
    ) -> None:
        """`account` is the one that is changed, if it is there already; `to_secret`: in that."""
        super().__init__(parent)
        self.kind, self.account = kind, account
        self.kept: Account | None = None  # once it has been
        self._to_secret = to_secret
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
        self.keeping: Keeping | None = None
        if any(one.secret for one in kind.fields):
            self.keeping = Keeping(desk.read(lockbox.standing))
            whole.addWidget(self.keeping)
        whole.addWidget(self.notice)
        self.own_network = Tick(_("This is on our own network"))
        self.own_network.setObjectName("account.own_network")
        self.own_network.hide()
        whole.addWidget(self.own_network)  # hung, its ring would be cut off
        whole.addWidget(self._make_buttons())

    def _make_buttons(self) -> QWidget:
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
        return holder

    def begin(self) -> None:
        fields = list(self.fields.values())
        secrets = [field for field in fields if isinstance(field, PassphraseField)]
        first = (secrets if self._to_secret and secrets else fields)[0]
        first.setFocus(Qt.FocusReason.OtherFocusReason)

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

    def _tested(self, lacks: KnownError | None) -> None:
        say_tested(self.notice, lacks)

    def _save(self) -> None:
        self._clear()
        if self.keeping is not None and self.secret() and not self.keeping.check():
            return
        what = partial(
            _keep,
            kind=self.kind.kind,
            values=self.values(),
            secret=self.secret(),
            account=self.account.id if self.account else None,
            passphrase=self.keeping.chosen if self.keeping else None,
        )
        self.deeds.act_if_anybody(what, self._saved, on="net")

    def _saved(self, made: tuple[Account, str, ChangeSet]) -> None:
        self.kept, why, _changes = made
        for field in self.fields.values():
            if isinstance(field, PassphraseField):
                field.clear()
        if self.keeping is not None:
            self.keeping.clear()
        words = _("{title} is changed.") if self.account else _("{title} is set up.")
        words = words.format(title=self.kind.title)
        self.ended.emit(f"{words} {why}".strip())

    def _clear(self) -> None:
        for row in self.rows.values():
            row.set_error("")
        if self.keeping is not None:
            self.keeping.say_error("")

    def _on_deed(self, words: str) -> None:
        if words:
            self.notice.clear()
        self._busy.setText(words)

    def say_error(self, error: KnownError) -> None:
        """Beside the field it is about, where it says which."""
        if self.keeping is not None and error.code in {"passphrase_too_short", "wrong_passphrase"}:
            self.keeping.say_error(f"{error.words} {error.way_out}")
            self.keeping.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        error = wording_trying.in_its_form(error)
        about = say_beside(self.rows, error)
        if about is not None:
            self.fields[about].setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.notice.say_error(error)
        if error.code in accounts.IN_OWN_NETWORK:
            self.own_network.show()
            self.own_network.setFocus(Qt.FocusReason.OtherFocusReason)


def say_tested(notice: Notice, lacks: KnownError | None) -> None:
    """How a test ended that did not fail; `lacks`: what is not shown to the account there."""
    if lacks is None:
        notice.say(_("It works. Nothing was sent."), tone="green")
        return
    words = _("It works, but not for all of it. Nothing was sent.")
    notice.say(words, f"{lacks.words} {lacks.way_out}", tone="amber")


def _try_out(
    home: Home,
    kind: str,
    values: Mapping[str, str],
    secret: str | None,
    account: str | None,
    *,
    allow_private: bool,
) -> KnownError | None:
    return accounts.try_out(home, kind, values, secret, account, allow_private=allow_private)


def _keep(
    home: Home,
    actor: Actor | None,
    *,
    kind: str,
    values: Mapping[str, str],
    secret: str | None,
    account: str | None,
    passphrase: str | None,
) -> tuple[Account, str, ChangeSet]:
    """Keep it, new or changed; where nothing keeps the password beyond this run, say so.

    `passphrase` is that of the file into which the password goes.
    """
    if secret and passphrase is not None:
        lockbox.use(home, passphrase)
    if account is None:
        kept, changes = accounts.add(home, actor, kind, values, secret)
    else:
        kept, changes = accounts.change(home, actor, account, values, secret)
    lost = bool(secret) and not home.secrets.keeps
    lost = lost and not lockbox.is_open(home.secrets)
    return kept, home.secrets.why if lost else "", changes
