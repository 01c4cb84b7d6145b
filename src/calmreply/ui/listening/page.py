"""The room "Listening"."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, assert_never

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QVBoxLayout, QWidget

from calmreply.app.listening import listen, polling
from calmreply.app.listening.polling import needs_somebody
from calmreply.app.listening.remedies import (
    AllowOwnNetwork,
    AskAgain,
    ChooseAccount,
    ListenLess,
    LookFor,
    OpenPage,
    OpenPasswords,
    Remove,
    SignIn,
    UseFeed,
)
from calmreply.app.listening.searches import FeedAt, PageAt, PlaceAt
from calmreply.app.rules import settings
from calmreply.domain import disguise
from calmreply.domain.names import format_name
from calmreply.errors import KnownError
from calmreply.i18n import _
from calmreply.ui import links
from calmreply.ui.deeds import Deeds
from calmreply.ui.dialogs.add_source import AddSourceDialog
from calmreply.ui.dialogs.choose_account import ChooseAccountDialog
from calmreply.ui.dialogs.passwords import PasswordsDialog
from calmreply.ui.dialogs.sources import first_round
from calmreply.ui.kit.buttons import Button, LinkButton, PrimaryButton
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import EmptyRoom, Notice, PageHead, Scroll, add_hung
from calmreply.ui.listening import states
from calmreply.ui.listening.lists import ListImport
from calmreply.ui.listening.names import NamesCard
from calmreply.ui.listening.ready import ReadyCard
from calmreply.ui.listening.sources import Deed, SourceTable

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QHideEvent, QShowEvent

    from calmreply.app.home import Actor, Home
    from calmreply.app.listening.searches import Search
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.app.ports.storage import Source
    from calmreply.domain.names import Name
    from calmreply.ui.desk import Desk
    from calmreply.ui.listening.states import Shown

_PAINT_MS = 60_000
NEEDS = "needs"


class ListeningPage(QWidget):
    """A room of the window (see `ui.rooms`)."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("listening")
        self.setAccessibleName(_("Listening"))
        self._desk = desk
        self._shown: Shown | None = None
        self._to_needy = False  # to be gone to as soon as it is shown
        self.notice = Notice()
        self.notice.setObjectName("listening.notice")
        self.deeds = Deeds(desk, self)
        self.deeds.failed.connect(self.notice.say_error)
        self.names = NamesCard()
        self.ready = ReadyCard()
        self.table = SourceTable(needs_somebody)
        self.empty = EmptyRoom(
            _("Nothing is listened to yet"),
            _("A feed of a blog, a forum or an alert. Reviews on other sites you paste."),
            _("Add a source…"),
            self._add,
        )
        self.empty.button.setObjectName("listening.add_first")
        self.lists = ListImport(desk, self.notice, self)
        self._lay_out()
        self.names.wanted.connect(self._keep_names)
        self.ready.wanted.connect(self._follow)
        self.table.wanted.connect(self._do)
        desk.changed.connect(self._on_changed)
        self._paint = QTimer(self, interval=_PAINT_MS)
        self._paint.timeout.connect(self._read)
        self._read()

    def _lay_out(self) -> None:
        head = PageHead(_("Listening"))
        where = _("What the web says about you, gathered on this computer only")
        if self._desk.home.team is not None:
            where = _("What the web says about you, gathered in your team's home")
        said = PlainLabel(where, "second")
        said.setObjectName("listening.where")
        self.check = Button(_("Check all now"), self._check_all)
        self.check.setObjectName("listening.check")
        self.add = PrimaryButton(_("Add a source…"), self._add)
        self.add.setObjectName("listening.add")
        head.add_right(self.check)
        head.add_right(self.add)
        self.page = Scroll(fill=True)
        self.page.body.setContentsMargins(22, 18, 22, 22)
        for part in (said, self.notice, self.names, self.ready, self.table):
            self.page.body.addWidget(part)
        self.page.body.addWidget(self.empty, 1)
        whole_list = LinkButton(_("Import a list of feeds (OPML)…"), self.lists.choose)
        whole_list.setObjectName("listening.import")
        add_hung(self.page.body, whole_list)
        whole_list.setVisible(self.lists.offered)
        self.page.body.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(head)
        whole.addWidget(self.page, 1)
        self.empty.hide()
        self.table.hide()

    # what is shown

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._paint.start()
        self._read()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._paint.stop()

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.sources or changes.rules or changes.mentions:
            self._read()

    def _read(self) -> None:
        self._desk.read(states.load)(self._show, self.notice.say_error)

    def _show(self, shown: Shown) -> None:
        self._shown = shown
        sources = shown.page.sources
        self.names.show_names(shown.names, shown.business)
        self.ready.show_offers(shown.offers, first=not sources)
        self.table.setVisible(bool(sources))
        self.empty.setVisible(not sources)
        self.check.setEnabled(bool(sources))
        self.table.show_sources(
            sources, shown.page.at, shown.page.zone, shown.kinds, shown.page.files
        )
        if self._to_needy:
            self._to_needy = False
            self._go_to_needy()

    def show_part(self, what: str) -> bool:
        """Go to the first source that needs somebody (`needs`)."""
        if what != NEEDS:
            return False
        self._to_needy = True
        self._read()
        return True

    def _go_to_needy(self) -> None:
        button = self.table.first_action()
        if button is None:
            self.check.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        button.setFocus(Qt.FocusReason.OtherFocusReason)
        # Once the layouts have heard of what was shown just now.
        QTimer.singleShot(0, self, partial(self.page.ensureWidgetVisible, button, 20, 40))

    # what is done

    def _add(self) -> None:
        AddSourceDialog(self._desk, self.window()).open()

    def _check_all(self) -> None:
        """The window's own action, so that no source is asked twice at once."""
        action = self.window().findChild(QAction, "action.check")
        if isinstance(action, QAction):
            action.trigger()
            return
        for source in self._shown.page.sources if self._shown else ():
            self._again(source)

    def _again(self, source: Source) -> None:
        self._desk.write(
            partial(first_round, source=source.id), failed=self.notice.say_error, on="net"
        )

    def _do(self, deed: Deed) -> None:  # noqa: C901 - one arm for each of them
        self.notice.clear()
        source = deed.source
        match deed.what:
            case AskAgain():
                self._again(source)
            case UseFeed():
                self._mend(polling.use_found_feed, source)
            case AllowOwnNetwork():
                self._mend(polling.allow_own_network, source)
            case ListenLess():
                self._mend(polling.listen_for_names, source)
            case SignIn(account):
                self._desk.room_wanted.emit(f"settings:account:{source.kind}/{account}")
            case LookFor(page):
                self._look_for(source, page)
            case OpenPage(address):
                self._open_page(address)
            case OpenPasswords():
                PasswordsDialog(self._desk, self.window()).open()
            case ChooseAccount():
                self._choose_account(source)
            case Remove():
                self._ask_to_remove(source)
            case _:
                assert_never(deed.what)

    def _mend(self, how: Callable[..., ChangeSet], source: Source) -> None:
        """Change the source, and ask it at once."""
        what = partial(how, source=source.id, actor=self._desk.actor)
        self.deeds.run(what, lambda _changes: self._again(source))

    def _look_for(self, source: Source, page: str) -> None:
        """Another address in place of this one; the old one goes once a new one is kept."""
        dialog = AddSourceDialog(self._desk, self.window(), address=page)
        dialog.done.connect(partial(self._replaced, source))
        dialog.open()

    def _replaced(self, source: Source, _added: object) -> None:
        self._remove(source)

    def _choose_account(self, source: Source) -> None:
        dialog = ChooseAccountDialog(self._desk, source, self.window())
        dialog.done.connect(lambda _changes: self._again(source))
        dialog.open()

    def _open_page(self, address: str) -> None:
        try:
            links.open_page(address)
        except KnownError as error:
            self.notice.say_error(error)
            self.page.ensureWidgetVisible(self.notice)

    def _ask_to_remove(self, source: Source) -> None:
        self.notice.say(
            _("Stop listening to {source}?").format(source=disguise.name(source.title)),
            _("What it brought stays."),
            tone="amber",
            action=_("Stop listening"),
            do=partial(self._remove, source),
        )
        self.page.ensureWidgetVisible(self.notice)
        self.notice.findChildren(Button)[0].setFocus()

    def _remove(self, source: Source) -> None:
        self.notice.clear()
        what = partial(listen.remove_source, source=source.id, actor=self._desk.actor)
        self.deeds.run(what)

    def _keep_names(self, names: tuple[Name, ...]) -> None:
        lines = "\n".join(format_name(one) for one in names)
        self.deeds.run(partial(_change, actor=self._desk.actor, names=lines))

    def _follow(self, search: Search) -> None:
        """Towards a source: its form filled in, or the page where something is to be done."""
        self.notice.clear()
        match search.way:
            case FeedAt(address):
                AddSourceDialog(self._desk, self.window(), address=address).open()
            case PlaceAt():
                AddSourceDialog(self._desk, self.window(), place=search.way).open()
            case PageAt(address):
                self._open_page(address)
            case _:
                assert_never(search.way)


def _change(home: Home, actor: Actor | None, names: str) -> ChangeSet:
    return settings.change(home, actor, {settings.NAMES: names})
