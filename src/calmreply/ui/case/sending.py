"""What became of a reply that was sent: said in place, with what a person can do about it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QWidget

from calmreply.app.sending import filing
from calmreply.domain.reply import ReplyKind
from calmreply.errors import KnownError
from calmreply.i18n import _
from calmreply.ui.case import work
from calmreply.ui.case.doing import Doing
from calmreply.ui.case.told import outgoing, page_of, told
from calmreply.ui.kit.buttons import Button, LinkButton, PrimaryButton
from calmreply.ui.kit.fields import FormRow
from calmreply.ui.kit.flow import HungRow
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import Card, Notice
from calmreply.ui.links import is_page, open_page

if TYPE_CHECKING:
    from calmreply.ui.case.outgoing import Outgoing
    from calmreply.ui.case.work import Shown
    from calmreply.ui.desk import Desk


SENDS = frozenset({"again", "still"})
"""Buttons that say Send once more: as free as Send itself."""


class SendingCard(Card):
    """One reply that left, is leaving, or would not leave. Hidden where there is none.

    `again` asks for Send once more, `change` for the editor. `sight` carries the field in which
    somebody says where they posted it.
    """

    again = Signal()
    change = Signal()
    sight = Signal(object)

    def __init__(self, desk: Desk, kind: ReplyKind, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._desk = desk
        self._kind = kind
        self._name = "case.sending" if kind is ReplyKind.REPLY else "case.held"
        self.setObjectName(self._name)
        self._shown: Shown | None = None
        self._asks = False
        self._notice = Notice()
        self._notice.setObjectName(f"{self._name}.notice")
        self._doing = Doing(desk, self._notice, self)
        self._doing.changed.connect(self._refresh)
        self._state = PlainLabel("", "strong")
        self._more = PlainLabel("", "second", selectable=True)
        self.link = QLineEdit()
        self.link.setObjectName(f"{self._name}.link")
        self._link_row = FormRow(_("Its link, or who was told and when"), self.link)
        self.link.returnPressed.connect(self._posted)
        self.link.textChanged.connect(lambda _text: self._link_row.set_error(""))
        self._buttons: dict[str, Button] = {}
        self._make_buttons()
        for widget in (self._state, self._more, self._link_row, self._row, self._notice):
            self.add(widget)
        self.hide()

    def _make_buttons(self) -> None:
        self._row = HungRow()
        made: tuple[tuple[str, type[Button], str, Callable[[], object]], ...] = (
            ("posted", PrimaryButton, _("Posted"), self._posted),
            ("not_posted", Button, _("Not posted"), self._not_posted),
            ("copy", LinkButton, _("Copy it again"), self._copy),
            ("yes", Button, _("Yes, it is there"), partial(self._appeared, appeared=True)),
            ("no", Button, _("No, it is not there"), partial(self._appeared, appeared=False)),
            ("sign_in", PrimaryButton, _("Sign in there again"), self._sign_in),
            ("again", Button, _("Try again"), self.again.emit),
            ("still", Button, _("Send it now"), self.again.emit),
            ("change", Button, _("Change it"), self.change.emit),
            ("stop", Button, _("Stop trying"), self._stop),
            ("file", Button, _("File it again"), self._file),
            ("open", LinkButton, _("Open the page"), self._open),
        )
        for name, kind, words, do in made:
            button = kind(words, do)
            button.setObjectName(f"{self._name}.{name}")
            self._buttons[name] = button
            self._row.flow.addWidget(button)

    def button(self, name: str) -> Button:
        return self._buttons[name]

    @property
    def asks_where(self) -> bool:
        """Whether it waits for somebody to say where they posted it."""
        return not self.isHidden() and not self._link_row.isHidden()

    def set_shown(self, shown: Shown) -> None:
        if self._shown is None or self._shown.case != shown.case:
            self._notice.clear()
            self.link.clear()
        self._shown = shown
        self._refresh()

    def say_error(self, error: KnownError) -> None:
        self._notice.say_error(error)

    def copy_and_open(self, text: str, url: str) -> None:
        """Put the words where they can be pasted from, and open the page they belong on."""
        QGuiApplication.clipboard().setText(text)
        self._asks = True
        if is_page(url):
            try:
                open_page(url)
            except KnownError as error:
                self._notice.say_error(error)

    # --- what is said -----------------------------------------------------------------------

    @property
    def _outgoing(self) -> Outgoing | None:
        return outgoing(self._shown, self._kind) if self._shown is not None else None

    def _refresh(self) -> None:
        shown = self._shown
        said = told(shown, self._kind) if shown is not None else None
        self.setHidden(said is None)
        if shown is None or said is None:
            return
        holding = self._kind is ReplyKind.HOLDING
        self.set_title(_("The holding reply") if holding else _("What became of it"))
        self._state.setText(said.words)
        self._state.set_tone(said.tone)
        self._more.setText(said.more)
        self._more.setVisible(bool(said.more))
        self._link_row.setVisible("posted" in said.buttons)
        for name, button in self._buttons.items():
            button.setVisible(name in said.buttons)
            held = not holding and name in SENDS and bool(shown.page.blockers)
            button.setEnabled(not self._doing.busy and not held)
        self._row.setVisible(bool(said.buttons))
        if self._asks and self.asks_where:
            # Whoever comes back from the page says here what became of it.
            self._asks = False
            self.link.setFocus(Qt.FocusReason.OtherFocusReason)
            self.sight.emit(self.link)

    # --- what is done -----------------------------------------------------------------------

    def _posted(self) -> None:
        shown, one = self._shown, self._outgoing
        if shown is None or one is None or not self._link_row.isVisibleTo(self):
            return
        said = self.link.text().strip()
        if not said:
            self._link_row.set_error(_("Paste its link, or write who was told and when."))
            self.link.setFocus()
            return
        url, note = (said, "") if is_page(said) else ("", said)
        self._doing.act(
            partial(work.say_posted, case=shown.case, entry=one.entry.id, url=url, note=note)
        )

    def _not_posted(self) -> None:
        shown, one = self._shown, self._outgoing
        if shown is not None and one is not None:
            self._doing.act(partial(work.say_not_posted, case=shown.case, entry=one.entry.id))

    def _appeared(self, *, appeared: bool) -> None:
        shown, one = self._shown, self._outgoing
        if shown is not None and one is not None:
            self._doing.act(
                partial(work.say_appeared, case=shown.case, entry=one.entry.id, appeared=appeared)
            )

    def _stop(self) -> None:
        shown, one = self._shown, self._outgoing
        if shown is not None and one is not None:
            self._doing.act(partial(work.stop_trying, case=shown.case, entry=one.entry.id))

    def _file(self) -> None:
        shown, one = self._shown, self._outgoing
        if shown is not None and one is not None:
            filed = partial(filing.file_again, case=shown.case, entry_id=one.entry.id)
            self._doing.run(filed, on="net")

    def _copy(self) -> None:
        shown, one = self._shown, self._outgoing
        if shown is not None and one is not None:
            chosen = one.entry.chosen
            written = shown.facts.revisions_of(chosen.reply)
            text = next(r.words.text for r in written if r.revision == chosen.revision)
            self.copy_and_open(text, page_of(shown))

    def _sign_in(self) -> None:
        """To its account, and from there back to this reply."""
        shown, one = self._shown, self._outgoing
        if shown is not None and one is not None:
            chosen = one.entry.chosen
            where = f"{chosen.channel}/{chosen.account}/{shown.case}"
            self._desk.room_wanted.emit(f"settings:account:{where}")

    def _open(self) -> None:
        shown, one = self._shown, self._outgoing
        if shown is None:
            return
        outside = shown.facts.answered_outside
        address = one.entry.link if one is not None else outside.url if outside else ""
        try:
            open_page(address if is_page(address) else page_of(shown))
        except KnownError as error:
            self._notice.say_error(error)
