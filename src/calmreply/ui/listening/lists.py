"""All feeds of a list (OPML, or addresses) at once: one after the other, each with its reason."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from calmreply.app.listening import listen
from calmreply.errors import KnownError
from calmreply.i18n import _, ngettext

if TYPE_CHECKING:
    from calmreply.app.home import Actor, Home
    from calmreply.app.listening.listen import Added, FeedList
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.ui.desk import Desk
    from calmreply.ui.kit.widgets import Notice

_LISTED = 12
"""Reasons that are shown; of a long list the rest is counted."""


class ListImport(QObject):
    """Says in `notice` how far it is and what came of it. `ended` when it is over.

    One feed is a job of its own, so that closing the window waits for one at most.
    """

    ended = Signal()

    def __init__(self, desk: Desk, notice: Notice, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._notice, self._page = desk, notice, parent
        self._left: list[str] = []
        self._refused: list[str] = []
        self._count = self._taken = 0
        self._busy = False

    @property
    def offered(self) -> bool:
        """Whether lists can be read here."""
        return self._desk.read_list is not None

    def choose(self) -> None:
        """Ask for the file."""
        dialog = QFileDialog(self._page, _("Which list of feeds?"))
        dialog.setObjectName("listening.list")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        kinds = (_("Lists of feeds"), _("All files"))
        dialog.setNameFilters([f"{kinds[0]} (*.opml *.xml *.csv *.txt)", f"{kinds[1]} (*)"])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.begin)
        dialog.open()

    def begin(self, file: str) -> None:
        """Add what stands in `file`; nothing while another one is being added."""
        read = self._desk.read_list
        if read is None or self._busy:
            return
        self._busy = True
        self._notice.say(_("Reading the list…"), tone="teal")
        self._desk.read(_read, read, Path(file))(self._on_read, self._on_unread)

    def _on_read(self, found: FeedList) -> None:
        self._left = [address for _title, address in found.feeds]
        self._refused = [_refused(what, why) for what, why in found.refused]
        self._count, self._taken = len(self._left), 0
        self._next()

    def _on_unread(self, error: KnownError) -> None:
        self._busy = False
        self._notice.say_error(error)
        self.ended.emit()

    def _next(self) -> None:
        if not self._left:
            self._tell()
            return
        address = self._left.pop(0)
        words = _("Adding {n} of {count}: {address}")
        at = self._count - len(self._left)
        self._notice.say(words.format(n=at, count=self._count, address=address), tone="teal")
        self._desk.write(
            partial(_add, address=address, actor=self._desk.actor),
            then=self._on_added,
            failed=partial(self._on_refused, address),
            on="net",
        )

    def _on_added(self, _made: tuple[Added, ChangeSet]) -> None:
        self._taken += 1
        self._next()

    def _on_refused(self, address: str, error: KnownError) -> None:
        self._refused.append(_refused(address, error.words))
        self._next()

    def _tell(self) -> None:
        self._busy = False
        n = self._taken
        words = ngettext("{n} source was added.", "{n} sources were added.", n).format(n=n)
        if not n:
            words = _("Nothing of this list was added.")
        more = len(self._refused) - _LISTED
        lines = self._refused[:_LISTED]
        if more > 0:
            lines.append(ngettext("And {n} more.", "And {n} more.", more).format(n=more))
        self._notice.say(words, "\n".join(lines), tone="amber" if self._refused else "green")
        self.ended.emit()


def _read(_home: Home, read: Callable[[Path], FeedList], file: Path) -> FeedList:
    return read(file)


def _add(home: Home, address: str, actor: Actor | None) -> tuple[Added, ChangeSet]:
    return listen.add_source(home, address, actor=actor)


def _refused(what: str, why: str) -> str:
    return _("Not added: {address}. {why}").format(address=what, why=why)
