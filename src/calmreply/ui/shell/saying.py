"""What the line at the bottom says by itself: how listening goes, and what this computer lacks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from calmreply.app import remembered
from calmreply.app.persons import lockbox
from calmreply.app.ports.lockbox import Standing
from calmreply.app.teamwork import poller
from calmreply.app.words import wording
from calmreply.i18n import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable

    from calmreply.app.listening.checks import Checked
    from calmreply.ui.desk import Desk
    from calmreply.ui.kit.palette import Tone
    from calmreply.ui.shell.frame import Frame
    from calmreply.ui.shell.schedule import Listening
    from calmreply.ui.shell.status import StatusBar

_READ = "warning_read"
"""Under which `app.remembered` keeps the last warning that somebody read."""


def listening(status: StatusBar, now: Listening) -> None:
    """How many are listened to, when they were asked, and how many need somebody."""
    status.count_sources(now.sources)
    if not now.sources:
        status.say_state(_("Not listening to anything yet"))
    elif now.elsewhere:
        status.say_state(poller.runs_on(now.elsewhere), "violet")
    elif now.offline:
        status.say_state(_("No connection: listening goes on by itself"), "amber")
    elif now.none_read:
        words = ngettext(
            "Listening to {n} source: it could not be read",
            "Listening to {n} sources: none could be read",
            now.sources,
        )
        status.say_state(words.format(n=now.sources), "amber")
    elif now.unread:
        words = _("Listening to {n} sources: {unread} could not be read")
        status.say_state(words.format(n=now.sources, unread=now.unread), "amber")
    else:
        words = ngettext("Listening to {n} source", "Listening to {n} sources", now.sources)
        tone: Tone = "neutral" if now.anew else "green"
        status.say_state(words.format(n=now.sources), "amber" if now.troubled else tone)
    if now.now:
        status.say_checks(_("Checking…"))
    elif now.last is not None and now.next is not None:
        words = _("Last check {last}, next {next}")
        last, following = wording.clock(now.last, now.zone), wording.clock(now.next, now.zone)
        status.say_checks(words.format(last=last, next=following))
    else:
        status.say_checks("")
    status.say_trouble(now.troubled, now.needy)


def checked(status: StatusBar, how: Checked, look: Callable[[], object]) -> None:
    """How a check by hand went; pressing it looks where something could not be read."""
    well = not how.failed and (how.asked or not how.waiting)
    status.say(_checked(how), None if well else look, passing=True, of_sources=True)


def _checked(how: Checked) -> str:
    came = ngettext("{n} new mention", "{n} new mentions", how.new).format(n=how.new)
    if how.waiting and not how.asked:
        return _("Nobody was asked: the sites want us to wait")
    if not how.failed:
        return came if how.new else _nothing(how.before)
    if how.failed == how.asked:
        words = ngettext(
            "The source could not be read just now",
            "None of the {n} sources could be read just now",
            how.asked,
        )
    else:
        words = ngettext(
            "{failed} of {n} source could not be read",
            "{failed} of {n} sources could not be read",
            how.asked,
        )
    words = words.format(n=how.asked, failed=how.failed)
    return _("{new}; {failed}").format(new=came, failed=words) if how.new else words


def _nothing(before: int) -> str:
    """`before`: so many came just before it was asked for."""
    words = ngettext(
        "Nothing new since the {n} mention that came just now",
        "Nothing new since the {n} mentions that came just now",
        before,
    )
    return words.format(n=before) if before else _("Nothing new")


class Lacks(QObject):
    """What the store says of the computer it is on: a quiet line, until somebody has read it."""

    def __init__(self, desk: Desk, frame: Frame) -> None:
        super().__init__(frame)
        self._desk, self._frame = desk, frame

    def look(self) -> None:
        """Say it, if there is something that nobody has read yet."""
        warning = self._desk.home.store.warning
        self._desk.read(lockbox.standing)(self._on_standing)
        if warning:
            self._desk.read(remembered.recall, _READ)(partial(self._on_read, warning))

    def _on_standing(self, standing: Standing) -> None:
        """A notice in its place: nothing pops up while somebody types."""
        if standing is not Standing.CLOSED:
            return
        error = lockbox.locked()
        words, do = _("Open the passwords…"), self._open
        self._frame.notice.say(error.words, error.way_out, tone="amber", action=words, do=do)

    def _open(self) -> None:
        from calmreply.ui.dialogs.passwords import PasswordsDialog  # noqa: PLC0415 - seldom needed

        dialog = PasswordsDialog(self._desk, self._frame)
        dialog.done.connect(lambda _changes: self._frame.notice.clear())
        dialog.open()

    def _on_read(self, warning: str, read: str) -> None:
        if read != warning:
            words = _("A part of this computer is old: what to do…")
            self._frame.status.say(words, partial(self._show, warning))

    def _show(self, warning: str) -> None:
        self._frame.notice.say(warning, tone="amber")
        self._desk.write(partial(remembered.remember, what=_READ, text=warning))
