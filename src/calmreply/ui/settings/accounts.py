"""Accounts: what is set up, with the form of the one that is being set up or changed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QGridLayout, QVBoxLayout, QWidget

from calmreply.app.listening import lost_accounts
from calmreply.app.listening.searches import PlaceAt
from calmreply.app.ports.storage import Account
from calmreply.app.sending import accounts
from calmreply.app.teamwork import keepers
from calmreply.app.words import wording_channel, wording_remedies, wording_trying
from calmreply.domain.mention import CaseId
from calmreply.errors import KnownError
from calmreply.i18n import _
from calmreply.ui.deeds import Deeds
from calmreply.ui.dialogs.add_source import AddSourceDialog
from calmreply.ui.kit.buttons import Button, LinkButton
from calmreply.ui.kit.flow import FlowLayout
from calmreply.ui.kit.text import ElidedLabel, PlainLabel
from calmreply.ui.kit.widgets import Card, Hairline, Notice, empty
from calmreply.ui.settings.account_form import AccountForm, Kind, say_tested, what_is_set

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from calmreply.app.home import Actor, Home
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.app.ports.storage import Source
    from calmreply.ui.desk import Desk


@dataclass(frozen=True, slots=True)
class Shown:
    kinds: tuple[Kind, ...]
    accounts: tuple[Account, ...]
    kept: Mapping[str, tuple[str, ...]]
    """In a team, on which computers the password of which account lies."""


def load(home: Home) -> Shown:
    """On a worker thread: channels are looked for when they are first needed."""
    known = {kind: accounts.channel(home, kind) for kind in accounts.kinds(home)}
    kinds = (
        Kind(kind, one.title, one.fields, _purpose(home, kind))
        for kind, one in known.items()
        if one.fields
    )
    known_kinds = tuple(sorted(kinds, key=lambda one: one.title))
    return Shown(known_kinds, accounts.everything(home), keepers.everywhere(home))


def _purpose(home: Home, kind: str) -> str:
    return wording_channel.purpose(sends=kind in home.channels, listens=kind in home.listeners)


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
        self._account_wanted = ""  # to sign in to again, likewise
        self._for_case = ""  # whose reply waits for that
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
        self._buttons = QGridLayout(self._more)
        self._buttons.setContentsMargins(0, 0, 0, 0)
        self._buttons.setHorizontalSpacing(12)
        self._buttons.setColumnStretch(1, 1)
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
        focus = QApplication.focusWidget() or self
        focused, told = self._more.isAncestorOf(focus), self.notice.isAncestorOf(focus)
        empty(self._list)
        by_kind = {one.kind: one for one in shown.kinds}
        words = _("By hand: it is copied, and you paste it on the page. Always there.")
        by_hand = PlainLabel(words)
        by_hand.setContentsMargins(0, 0, 0, 8)
        self._list.addWidget(by_hand)
        for account in shown.accounts:
            self._list.addWidget(Hairline())
            kept = shown.kept.get(account.id, ())
            self._list.addWidget(self._line(account, by_kind.get(account.kind), kept))
        empty(self._buttons)
        for row, kind in enumerate(shown.kinds):
            button = Button(
                _("Set up {title}…").format(title=kind.title), partial(self._set_up, kind)
            )
            button.setObjectName(f"accounts.add.{kind.kind}")
            button.setAccessibleDescription(kind.purpose)
            self._buttons.addWidget(button, row, 0, Qt.AlignmentFlag.AlignLeft)
            self._buttons.addWidget(PlainLabel(kind.purpose, "second"), row, 1)
        self._more.setVisible(bool(shown.kinds) and self._form is None)
        wanted, self._kind_wanted = by_kind.get(self._kind_wanted), ""
        one, self._account_wanted = self._account_wanted, ""
        if wanted is not None:
            again = next((known for known in shown.accounts if known.id == one), None)
            self._set_up(wanted, again, to_secret=again is not None)
            self._for_source = wanted.kind
        elif focused:
            self._to_first()
        elif told:  # somebody is at it, and it moves with the list above it
            self.wanted.emit(self.notice)

    def set_up_for_source(self, kind: str) -> None:
        """Open the form of that kind; once it is kept, the way back to the source is offered.

        By `KIND/ACCOUNT`, the form of that account, to sign in again; by `KIND/ACCOUNT/CASE` the
        way back is to the reply of that case.
        """
        self._kind_wanted, _slash, rest = kind.partition("/")
        self._account_wanted, _slash, self._for_case = rest.partition("/")
        self.reload()

    def _to_first(self) -> None:
        """To the first thing that can be set up, where there is anything."""
        buttons = [one for one in self._more.findChildren(Button) if not one.isHidden()]
        if buttons:
            buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _line(self, account: Account, kind: Kind | None, kept: tuple[str, ...]) -> QWidget:
        line = QWidget()
        whole = QVBoxLayout(line)
        whole.setContentsMargins(0, 8, 0, 8)
        whole.setSpacing(2)
        whole.addWidget(ElidedLabel(kind.title if kind else account.kind, "strong"))
        said = what_is_set(kind, account.settings) if kind else ""
        if said:
            whole.addWidget(PlainLabel(said, "second"))
        if kept:
            where = PlainLabel(keepers.kept_on(kept), "second")
            where.setObjectName(f"accounts.kept.{account.id}")
            whole.addWidget(where)
        links = QWidget()
        flow = FlowLayout(links, gap=14)
        for words, called, do in (
            (_("Test"), "test", partial(self._test, account)),
            (_("Change…"), "change", partial(self._change, account, kind)),
            (_("Remove…"), "remove", partial(self._ask_to_remove, account, said)),
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

    def _set_up(
        self, kind: Kind, account: Account | None = None, *, to_secret: bool = False
    ) -> None:
        case = self._for_case if to_secret else ""
        if self._form is not None:
            self._on_ended("")
        self._for_case = case
        self._for_source = ""
        self.notice.clear()
        self._form = AccountForm(self._desk, kind, account, to_secret=to_secret)
        self._form.ended.connect(self._on_ended)
        self._forms.addWidget(self._form)
        self._more.hide()
        self._form.begin()
        # What was added just now takes the focus only once its layout has shown it.
        QTimer.singleShot(0, self._form, self._form.begin)
        self.wanted.emit(self._form)

    def _on_ended(self, words: str) -> None:
        """The form is gone; `words` say what became of it, or nothing where it was left."""
        form, self._form = self._form, None
        if form is not None:
            form.hide()
            form.deleteLater()
        self._more.show()
        self._to_first()
        back, self._for_source = self._for_source, ""
        case, self._for_case = self._for_case, ""
        if not words or form is None:
            return
        self.notice.say(words, tone="green")
        if form.account is None:
            offer = partial(self._offer_new, words, back, form.kept)
            self._desk.read(lost_accounts.waiting, form.kind.kind)(offer)
        elif back and case:
            self._offer(words, _("Back to the reply"), self._desk.open_case, CaseId(case))
        elif back:
            self._offer(words, _("Back to Listening"), self._desk.room_wanted.emit, "listening")

    def _offer_new(
        self, words: str, back: str, kept: Account | None, waiting: tuple[Source, ...]
    ) -> None:
        """What a new account was set up for: sources that lost theirs, or one to be added."""
        if waiting:
            words = f"{words} {wording_remedies.waiting(waiting)}"
            to_them = "listening:needs"
            self._offer(words, _("Choose it there"), self._desk.room_wanted.emit, to_them)
        elif back:
            again = partial(self._back_to_source, kept.id if kept is not None else "")
            self._offer(words, _("Back to adding the source"), again, back)

    def _offer(self, words: str, action: str, do: Callable[[Any], object], to: object) -> None:
        self.notice.say(words, tone="green", action=action, do=partial(do, to))
        self.notice.findChildren(Button)[0].setFocus(Qt.FocusReason.OtherFocusReason)
        self.wanted.emit(self.notice)

    def _back_to_source(self, account: str, kind: str) -> None:
        self.notice.clear()
        place = PlaceAt(kind, ())
        AddSourceDialog(self._desk, self.window(), place=place, account=account).open()

    def _test(self, account: Account, *, allow_private: bool = False) -> None:
        self._tested_last = None if allow_private else account
        self.notice.say(_("Signing in there…"), tone="neutral")
        what = partial(_test, account=account.id, allow_private=allow_private)
        self.deeds.run(what, self._tested, on="net")

    def _on_failed(self, error: KnownError) -> None:
        account, self._tested_last = self._tested_last, None
        if account is None or error.code not in accounts.IN_OWN_NETWORK:
            self.notice.say_error(wording_trying.tried(error, feed=False))
            return
        self.notice.say(
            error.words,
            error.way_out,
            action=_("This is on our own network: test it"),
            do=partial(self._test, account, allow_private=True),
        )

    def _tested(self, lacks: KnownError | None) -> None:
        say_tested(self.notice, lacks)

    def _ask_to_remove(self, account: Account, called: str) -> None:
        ask = partial(self._ask_with, account, called)
        self._desk.read(accounts.read_by, account)(ask, self.notice.say_error)

    def _ask_with(self, account: Account, called: str, stopping: tuple[Source, ...]) -> None:
        """Say before which it is, and what stops without it."""
        stays = _("What was sent by it stays.")
        if stopping:
            stays = _("What was sent by it stays, and so does what it brought.")
        self.notice.say(
            _("Forget {account} and its password?").format(account=called)
            if called
            else _("Forget this account and its password?"),
            " ".join(filter(None, (wording_remedies.stopping(stopping), stays))),
            tone="amber",
            action=_("Forget it"),
            do=partial(self._remove, account),
        )
        self.notice.findChildren(Button)[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove(self, account: Account) -> None:
        self.notice.clear()
        self.deeds.act_if_anybody(partial(_remove, account=account.id))


def _test(home: Home, account: str, *, allow_private: bool) -> KnownError | None:
    accounts.test(home, account, allow_private=allow_private)
    return accounts.lacks(home, account, allow_private=allow_private)


def _remove(home: Home, actor: Actor | None, *, account: str) -> ChangeSet:
    return accounts.remove(home, actor, account)
