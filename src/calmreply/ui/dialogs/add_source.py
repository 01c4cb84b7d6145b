"""Listening to another place, a feed or one of another kind: tried first, and only then kept."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PySide6.QtWidgets import QButtonGroup, QLineEdit, QVBoxLayout, QWidget

from calmreply.app.listening import listen
from calmreply.app.listening.searches import PlaceAt
from calmreply.app.persons import lockbox
from calmreply.app.ports.storage import Takes
from calmreply.app.sending import accounts
from calmreply.app.words import wording_trying
from calmreply.i18n import _
from calmreply.ui.dialogs import sources
from calmreply.ui.dialogs.found import FoundCard
from calmreply.ui.dialogs.frame import Dialog, indent_under
from calmreply.ui.dialogs.passwords import PasswordsDialog
from calmreply.ui.dialogs.place_form import PlaceForm
from calmreply.ui.kit.buttons import Button, Choice, PrimaryButton, Radio, Tick
from calmreply.ui.kit.fields import FormRow
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import Card, add_hung, empty

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calmreply.app.home import Actor, Home
    from calmreply.app.listening.listen import Added
    from calmreply.app.listening.offers import Offer
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.errors import KnownError
    from calmreply.ui.desk import Desk
    from calmreply.ui.dialogs.kept import Words
    from calmreply.ui.dialogs.sources import PlaceKind, Tried

_SAID = "said."
"""Before the names of a place's fields among the words that are kept."""


class AddSourceDialog(Dialog):
    """`done` carries what was `Added`; the first round is asked for at once."""

    def __init__(
        self,
        desk: Desk,
        parent: QWidget | None = None,
        *,
        address: str = "",
        place: PlaceAt | None = None,
        account: str = "",
    ) -> None:
        """It begins with a feed's `address`, or with a `place` of another kind filled in, which
        this `account` opens.
        """
        super().__init__(desk, "add_source", _("Add a source"), parent, wide=620)
        self._begin_with, self._account = place, account
        self._tried: Tried | None = None
        self._asked: object = None
        self._ticked_for: tuple[str, str] | None = None
        self._kinds: dict[str, PlaceKind] = {}
        self.place: PlaceForm | None = None
        self._public = ""  # the kind of place that is read without an account
        self.kind = Choice([(listen.FEED, _("A feed, or a web page that has one"))])
        self.kind.setObjectName("source.kind")
        self.address = QLineEdit(address)
        self.address.setObjectName("source.address")
        self.own_network = Tick(_("This is on our own network, and I want to listen there"))
        self.own_network.setObjectName("source.own_network")
        self.everything = Radio(_("Everything that stands there"))
        self.everything.setObjectName("source.all")
        self.named = Radio(_("Only what names us"))
        self.named.setObjectName("source.named")
        self.takes = QButtonGroup(self)
        for radio in (self.everything, self.named):
            self.takes.addButton(radio)
        self.everything.setChecked(True)
        self._lay_out()
        self.leave = Button(_("Not now"), self.reject)
        self.leave.setObjectName("source.leave")
        self.listen = PrimaryButton(_("Try it"), self._go)
        self.listen.setObjectName("source.go")
        self.add_buttons(self.leave, self.listen)
        self.start = self.address
        self.address.textEdited.connect(self._on_edited)
        self.own_network.clicked.connect(self._on_own_network)
        self.kind.currentIndexChanged.connect(self._on_kind)
        self.takes.buttonToggled.connect(self._show_entries)
        self._show_tried(None)
        self.desk.read(sources.place_kinds)(self._show_kinds)

    def _lay_out(self) -> None:
        self.row = FormRow(_("Address"), self.address)
        self._ask_for_feed()
        self.found = FoundCard()
        self.found.other_wanted.connect(self._on_other)
        self.wanted = Card(_("What comes in"))
        add_hung(self.wanted.body, self.everything)
        add_hung(self.wanted.body, self.named)
        self._names = PlainLabel("", "second")
        self._names.setContentsMargins(indent_under(self.named) - Radio.hang, 0, 0, 0)
        self.wanted.body.addWidget(self._names)
        self.kinds = FormRow(_("What is it?"), self.kind)
        self.kinds.hide()
        self._place = QVBoxLayout()
        self.body.addWidget(self.kinds)
        self.body.addWidget(self.row)
        self.body.addLayout(self._place)
        add_hung(self.body, self.own_network)
        self.body.addWidget(self.found)
        self.body.addWidget(self.wanted)
        self.body.addStretch(1)
        self.own_network.hide()

    def words(self) -> Words:
        begun = self._begin_with
        said = dict(begun.said) if begun is not None and begun.kind == self.kind.key() else {}
        if self.place is not None:
            said |= self.place.said()
        found = {"address": self.address.text(), "kind": self.kind.key()}
        return {**found, **{f"{_SAID}{name}": value for name, value in said.items()}}

    def put_back(self, words: Words) -> None:
        """Of a place, only where it is begun with the kind that was chosen then."""
        if not self.address.text():
            self.address.setText(words.get("address", ""))
        begun = self._begin_with
        if begun is not None and not begun.said and begun.kind == words.get("kind"):
            kept = {name: value for name, value in words.items() if name.startswith(_SAID)}
            said = tuple((name.removeprefix(_SAID), value) for name, value in kept.items())
            self._begin_with = PlaceAt(begun.kind, said)

    # what is shown

    def _show_kinds(self, kinds: tuple[PlaceKind, ...]) -> None:
        for one in kinds:
            self._kinds[one.kind] = one
            self.kind.addItem(one.title, one.kind)
        self.kinds.setVisible(bool(kinds))
        if self._begin_with is not None and self._begin_with.kind in self._kinds:
            self.kind.choose(self._begin_with.kind)
            self.focus(self.kind)
        self.fit_soon()

    def _on_kind(self) -> None:
        self._on_edited("")
        empty(self._place)
        self.place, self._public = None, ""
        self._ask_for_feed()
        chosen = self._kinds.get(self.kind.key())
        self.row.setVisible(chosen is None)
        if chosen is not None:
            begin = self._begin_with
            said = dict(begin.said) if begin is not None and begin.kind == chosen.kind else {}
            self.place = PlaceForm(chosen, said)
            self.place.choose_account(self._account)
            self.place.edited.connect(self._on_edited)
            self.place.account_wanted.connect(self._to_accounts)
            self.place.public_wanted.connect(self._do_without)
            self.place.grown.connect(self.fit_soon)
            self._place.addWidget(self.place)
        self.listen.setEnabled(self.place is None or self.place.ready)
        self.fit_soon()

    def _ask_for_feed(self) -> None:
        self.row.set_label(_("Address"))
        self.row.set_hint(
            _("A feed, or a page that has one: a blog, a forum, an alert for your name.")
        )
        self.address.setPlaceholderText("https://blog.example/feed")

    def _do_without(self) -> None:
        """Only what is public there: found from the address of the site."""
        empty(self._place)
        self.place, self._public = None, self.kind.key()
        self.row.set_label(_("Address of the site"))
        self.row.set_hint(_("Its first page will do; so will the feed of its comments."))
        self.address.setPlaceholderText("https://bluedoor.example")
        self.row.show()
        self.listen.setEnabled(True)
        self.focus(self.address)
        self.fit_soon()

    def _to_accounts(self) -> None:
        """An account is set up in the settings; the words here are kept meanwhile."""
        kind = self.kind.key()
        self.reject()
        self.desk.room_wanted.emit(f"settings:account:{kind}")

    def _on_edited(self, _text: str = "") -> None:
        """Another address is another question; at the same host a tick for it stays."""
        self._show_tried(None)
        self.notice.clear()
        self.row.set_error("")
        same = self._ticked_for == self._host()
        self.own_network.setVisible(same)
        self.own_network.setChecked(same)

    def _on_other(self, address: str) -> None:
        """Another feed of the same page."""
        self.address.setText(address)
        self._on_edited()
        self._go()

    def _on_own_network(self, on: bool) -> None:
        self._ticked_for = self._host() if on else None

    def _host(self) -> tuple[str, str]:
        """Where a tick for the own network leads: a feed's host, or a kind of place's account."""
        if self.place is not None:
            return self.place.kind.kind, self.place.account.key()
        return listen.FEED, host_of(self.address.text())

    def _show_tried(self, tried: Tried | None) -> None:
        self._tried = tried
        already = tried.already if tried is not None else None
        self.found.setVisible(tried is not None)
        self.wanted.setVisible(tried is not None and already is None)
        self.listen.setText(_("Listen to it") if tried else _("Try it"))
        self.listen.setEnabled(already is None and (self.place is None or self.place.ready))
        if tried is None:
            return
        self.found.tell(tried)
        if already is not None:
            self.say_error(already)
        names = ", ".join(tried.names)
        words = _("Your names: {names}").format(names=names)
        self._names.setText(words if names else _("There are no names yet; add them first."))
        self.named.setEnabled(bool(names))
        self._show_entries()

    def _show_entries(self, *_how: object) -> None:
        self.found.list_entries(self._tried, only_named=self.named.isChecked())
        if self._tried is not None:
            self.fit_soon()

    # what is done

    def _go(self) -> None:
        self.row.set_error("")
        if self.place is not None:
            self._go_to_place(self.place)
            return
        address = self.address.text()
        if not address.strip():
            self.row.set_error(_("The address is missing."))
            self.focus(self.address)
        elif self._tried is None:
            self._asked = self._question()
            asks = partial(sources.try_public, kind=self._public) if self._public else None
            private = self.own_network.isChecked()
            what = partial(asks or sources.try_source, address=address, allow_private=private)
            self.run(what, self._on_tried, on="net", words=_("Asking there…"))
        else:
            takes = Takes.NAMED if self.named.isChecked() else Takes.ALL
            what_next = partial(
                _add,
                address=self._tried.address,
                allow_private=self.own_network.isChecked(),
                takes=takes,
                actor=self.desk.actor,
            )
            self.run(what_next, self._added, on="net", words=_("One moment…"))

    def _go_to_place(self, place: PlaceForm) -> None:
        place.clear_errors()
        if self._tried is not None:
            self._keep_place(place)
            return
        self._asked = self._question()
        if place.wants_offers:
            look = partial(sources.offered, kind=place.kind, said=place.said())
            self.run(look, self._on_offered, on="net", words=_("Asking there…"))
        else:
            self._try_place(place)

    def _on_offered(self, found: Mapping[str, Offer]) -> None:
        """Try it with what was chosen for one like it before."""
        place = self.place
        if place is not None and self._asked == self._question():
            place.offer(found)
            self._asked = self._question()
            self._try_place(place)

    def _try_place(self, place: PlaceForm) -> None:
        what = partial(
            sources.try_place,
            kind=place.kind,
            said=place.said(),
            account=place.account.key(),
            allow_private=self.own_network.isChecked(),
        )
        self.run(what, self._on_tried, on="net", words=_("Asking there…"))

    def _keep_place(self, place: PlaceForm) -> None:
        keep = partial(
            _add_place,
            kind=place.kind.kind,
            said=place.said(),
            account=place.account.key(),
            allow_private=self.own_network.isChecked(),
            takes=Takes.NAMED if self.named.isChecked() else Takes.ALL,
            actor=self.desk.actor,
        )
        self.run(keep, self._added, on="net", words=_("One moment…"))

    def _question(self) -> object:
        """What is asked for just now; an answer to anything else comes too late."""
        if self.place is None:
            return self.address.text()
        said = tuple(sorted(self.place.said().items()))
        return (self.place.kind.kind, self.place.account.key(), said)

    def _on_tried(self, tried: Tried) -> None:
        if self._asked == self._question():
            self._show_tried(tried)
            if tried.already is None:
                self.focus(self.everything)
            self.fit_soon()

    def _added(self, made: tuple[Added, ChangeSet]) -> None:
        added, _changes = made
        self.desk.write(partial(sources.first_round, source=added.source), on="net")
        self.finish(added)

    def say_error(self, error: KnownError) -> None:
        if error.code == lockbox.LOCKED:
            words, do = _("Open the passwords…"), self._open_passwords
            self.notice.say(error.words, error.way_out, tone="amber", action=words, do=do)
            self.fit_soon()
            return
        error = wording_trying.tried(error, feed=self.place is None)
        if self.place is None:
            self.row.set_error(f"{error.words} {error.way_out}")
        elif not self.place.say_error(error):
            super().say_error(error)
        account = self.place is not None
        if error.code == "private_address" or (account and error.code in accounts.IN_OWN_NETWORK):
            self.own_network.show()
            self.focus(self.own_network)
        elif self.place is None:
            self.focus(self.address)
        self.fit_soon()

    def _open_passwords(self) -> None:
        dialog = PasswordsDialog(self.desk, self)
        dialog.done.connect(self._on_opened)
        dialog.open()

    def _on_opened(self, _changes: object) -> None:
        self.notice.clear()
        self._go()


def host_of(typed: str) -> str:
    """The host of an address as somebody types it, `https://` or not; empty where it names none."""
    address = typed.strip()
    try:
        return urlsplit(address if "://" in address else f"//{address}").hostname or ""
    except ValueError:
        return ""


def _add(
    home: Home, *, address: str, allow_private: bool, takes: Takes, actor: Actor | None
) -> tuple[Added, ChangeSet]:
    return listen.add_source(home, address, allow_private=allow_private, takes=takes, actor=actor)


def _add_place(
    home: Home,
    *,
    kind: str,
    said: Mapping[str, str],
    account: str,
    allow_private: bool,
    takes: Takes,
    actor: Actor | None,
) -> tuple[Added, ChangeSet]:
    return listen.add_place(
        home, kind, said, account or None, allow_private=allow_private, takes=takes, actor=actor
    )
