"""What became of a reply that was sent: said in place, with what a person can do about it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QWidget

from calmreply.app import wording
from calmreply.domain.case import Choice
from calmreply.domain.outbox import NotPosted, Posted, Settled, State
from calmreply.domain.reply import ReplyKind
from calmreply.errors import KnownError
from calmreply.i18n import _
from calmreply.ui.case import times, work
from calmreply.ui.case.doing import Doing
from calmreply.ui.kit.buttons import Button, LinkButton, PrimaryButton
from calmreply.ui.kit.fields import FormRow
from calmreply.ui.kit.flow import FlowLayout
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.widgets import Card, Notice
from calmreply.ui.links import checked, open_page

if TYPE_CHECKING:
    from calmreply.ui.case.work import Outgoing, Shown
    from calmreply.ui.desk import Desk
    from calmreply.ui.kit.palette import Tone


SENDS = frozenset({"again", "still"})
"""Buttons that say Send once more: as free as Send itself."""


class SendingCard(Card):
    """One reply that left, is leaving, or would not leave. Hidden where there is none.

    `again` asks for Send once more, `change` for the editor.
    """

    again = Signal()
    change = Signal()

    def __init__(self, desk: Desk, kind: ReplyKind, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._kind = kind
        self._name = "case.sending" if kind is ReplyKind.REPLY else "case.held"
        self.setObjectName(self._name)
        self._shown: Shown | None = None
        self._said_by: Outgoing | None = None
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
        self._row = QWidget()
        flow = FlowLayout(self._row, gap=8, line_gap=6)
        made: tuple[tuple[str, type[Button], str, Callable[[], object]], ...] = (
            ("posted", PrimaryButton, _("Posted"), self._posted),
            ("not_posted", Button, _("Not posted"), self._not_posted),
            ("copy", LinkButton, _("Copy it again"), self._copy),
            ("yes", Button, _("Yes, it is there"), partial(self._appeared, appeared=True)),
            ("no", Button, _("No, it is not there"), partial(self._appeared, appeared=False)),
            ("again", Button, _("Try again"), self.again.emit),
            ("still", Button, _("Send it now"), self.again.emit),
            ("change", Button, _("Change it"), self.change.emit),
            ("stop", Button, _("Stop trying"), self._stop),
            ("open", LinkButton, _("Open the page"), self._open),
        )
        for name, kind, words, do in made:
            button = kind(words, do)
            button.setObjectName(f"{self._name}.{name}")
            self._buttons[name] = button
            flow.addWidget(button)

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
        if url:
            try:
                open_page(url)
            except KnownError as error:
                self._notice.say_error(error)

    # --- what is said -----------------------------------------------------------------------

    @property
    def _outgoing(self) -> Outgoing | None:
        shown = self._shown
        if shown is None:
            return None
        return shown.present if self._kind is ReplyKind.REPLY else shown.holding

    def _refresh(self) -> None:
        shown, one = self._shown, self._outgoing
        if shown is None or (one is None and not self._says_without(shown)):
            self.hide()
            return
        holding = self._kind is ReplyKind.HOLDING
        self.set_title(_("The holding reply") if holding else _("What became of it"))
        said, more, tone, offered = self._told(shown, one)
        self._state.setText(said)
        self._state.set_tone(tone)
        self._more.setText(more)
        self._more.setVisible(bool(more))
        self._link_row.setVisible("posted" in offered)
        for name, button in self._buttons.items():
            button.setVisible(name in offered)
            held = name in SENDS and bool(shown.page.blockers)
            button.setEnabled(not self._doing.busy and not held)
        self._row.setVisible(bool(offered))
        self.show()

    def _says_without(self, shown: Shown) -> bool:
        """Whether there is an end without any sending: answered elsewhere, or no reply wanted."""
        return self._kind is ReplyKind.REPLY and shown.answered

    def _told(
        self, shown: Shown, one: Outgoing | None
    ) -> tuple[str, str, Tone | None, tuple[str, ...]]:
        """State, more about it, its tone, and the buttons it has."""
        if one is None:
            return self._told_without(shown)
        words = one.entry.words
        match one.state:
            case State.SENT:
                return self._told_sent(shown, one)
            case State.IN_FLIGHT if one.entry.by_hand:
                return (
                    _("Copied. Paste it on the page, then say so here."),
                    _("Nobody else can see whether it stands there."),
                    "amber",
                    ("posted", "not_posted", "copy"),
                )
            case State.IN_FLIGHT:
                return _("On its way…"), "", "amber", ()
            case State.REFUSED:
                return _("It was refused."), words, "red", ("again", "change")
            case State.WAITING | State.READY if one.asks:
                more = _("The program was closed before it could be sent. {words}")
                return _("Still send this?"), more.format(words=words), "red", ("still", "stop")
            case State.WAITING | State.READY:
                return self._told_waiting(shown, one)
            case State.UNSURE:
                more = _("{words} Look at the place itself before you say.").format(words=words)
                buttons = ("yes", "no", "copy") if one.entry.by_hand else ("yes", "no")
                open_too = ("open",) if _page_of(shown) else ()
                return _("Did this appear?"), more.strip(), "red", (*buttons, *open_too)
            case State.CANCELLED:
                return self._told_cancelled(one)

    def _told_sent(
        self, shown: Shown, one: Outgoing
    ) -> tuple[str, str, Tone | None, tuple[str, ...]]:
        when = times.when(one.sent_at, shown.wall, shown.zone) if one.sent_at else ""
        posted = [fact for fact in one.entry.happened if isinstance(fact, Posted)]
        note = posted[-1].note if posted else ""
        more = "\n".join(filter(None, (one.entry.reference, note)))
        said = _("✓ Posted {when}") if one.entry.by_hand else _("✓ Sent {when}")
        link = ("open",) if _is_page(one.entry.reference) else ()
        return said.format(when=when).strip(), more, "green", link

    def _told_waiting(
        self, shown: Shown, one: Outgoing
    ) -> tuple[str, str, Tone | None, tuple[str, ...]]:
        words = one.entry.words
        if one.next_at is not None and one.next_at > shown.wall:
            at = times.when(one.next_at, shown.wall, shown.zone)
            more = _("{words} It is tried again {when} by itself.").format(words=words, when=at)
            return _("Not sent yet."), more.strip(), "amber", ("stop",)
        return _("On its way…"), words, "amber", ("stop",)

    @staticmethod
    def _told_cancelled(one: Outgoing) -> tuple[str, str, Tone | None, tuple[str, ...]]:
        match one.entry.last:
            case NotPosted():
                return _("It was not posted."), _("You can send it again."), None, ()
            case Settled():
                return _("It did not appear."), _("You can send it again."), None, ()
            case _:
                return wording.state(State.CANCELLED), one.entry.words, None, ()

    @staticmethod
    def _told_without(shown: Shown) -> tuple[str, str, Tone | None, tuple[str, ...]]:
        outside = shown.facts.answered_outside
        if outside is not None:
            more = "\n".join(filter(None, (outside.text, outside.url)))
            link = ("open",) if _is_page(outside.url) else ()
            return _("✓ Answered outside the app"), more, "green", link
        look = work.last_look(shown.facts)
        who = shown.name(look.by) if look is not None and look.choice is Choice.NONE else ""
        return _("No reply"), _("{name} chose not to reply.").format(name=who), None, ()

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
        url, note = (said, "") if _is_page(said) else ("", said)
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

    def _copy(self) -> None:
        shown, one = self._shown, self._outgoing
        if shown is not None and one is not None:
            chosen = one.entry.chosen
            written = shown.facts.revisions_of(chosen.reply)
            text = next(r.words.text for r in written if r.revision == chosen.revision)
            self.copy_and_open(text, _page_of(shown))

    def _open(self) -> None:
        shown, one = self._shown, self._outgoing
        if shown is None:
            return
        outside = shown.facts.answered_outside
        address = one.entry.reference if one is not None else outside.url if outside else ""
        try:
            open_page(address if _is_page(address) else _page_of(shown))
        except KnownError as error:
            self._notice.say_error(error)


def _page_of(shown: Shown) -> str:
    return shown.facts.mention.url or ""


def _is_page(address: str) -> bool:
    try:
        checked(address)
    except KnownError:
        return False
    return True
