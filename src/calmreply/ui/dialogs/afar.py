"""What the dialogs about somebody far away have in common: a file to send, a code that came back.

The last functions run on worker threads.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from calmreply.app.own_file import new_file
from calmreply.app.planning import plan_files
from calmreply.app.reviewing import packets
from calmreply.i18n import _
from calmreply.ui.kit.buttons import LinkButton, Tick
from calmreply.ui.kit.fields import FormRow
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.views import PlainEdit
from calmreply.ui.kit.widgets import Card, add_hung

if TYPE_CHECKING:
    from calmreply.app.home import Actor, Home
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.app.reviewing.packets import Packet
    from calmreply.domain.mention import CaseId
    from calmreply.domain.people import Person
    from calmreply.errors import KnownError


def choose_target(parent: QWidget, name: str, suggested: str, then: Callable[[Path], Any]) -> None:
    """Ask where a new page goes; a file that is there is never written over."""
    dialog = QFileDialog(parent, _("Where to?"))
    dialog.setObjectName(name)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
    dialog.setDefaultSuffix("html")
    dialog.selectFile(suggested)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda file: then(Path(file)))
    dialog.open()


def file_name(before: str, name: str) -> str:
    """Such as "for-tom.html", of letters that every system takes."""
    plain = re.sub(r"[^\w]+", "-", name.casefold()).strip("-")
    return f"{before}-{plain or 'you'}.html"


class PhonePart(QWidget):
    """Whether somebody gets a file for their phone, and whether they read what was said first."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(6)
        self.phone = Tick(_("Send it to their phone (a file)"))
        self.phone.setObjectName(f"{name}.phone")
        self.blind = Tick(_("There they read what was said, and think, before they see the reply"))
        self.blind.setObjectName(f"{name}.blind")
        self.why = PlainLabel("", "second")
        for part in (self.phone, self.why, self.blind):
            whole.addWidget(part)
        self.phone.toggled.connect(self.blind.setVisible)
        self.show_for(None)

    def show_for(self, person: Person | None) -> None:
        """Who is chosen. Somebody who has no key here can only be asked so."""
        able = person is not None and person.packet_key is not None
        only = person is not None and able and not person.keys
        self.phone.setVisible(able)
        self.phone.setChecked(able and (only or self.phone.isChecked()))
        self.blind.setVisible(able and self.phone.isChecked())
        self.why.setVisible(person is not None and not able)
        if person is not None:
            words = _("Is {name} far away? Invite them in People to sign by phone.")
            self.why.setText(words.format(name=person.name))

    @property
    def wanted(self) -> bool:
        return self.phone.isChecked() and not self.phone.isHidden()


class SentCard(Card):
    """A packet that has been written, and the words that its page shows, too."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Send them this file"), parent=parent)
        self._what = PlainLabel("", selectable=True)
        self.words = PlainLabel("", "strong", selectable=True)
        for part in (
            self._what,
            PlainLabel(
                _(
                    "By mail or any messenger. They open it, sign, and send you a code: enter it "
                    "at this case. At the end of the page stand the same words as here:"
                ),
                "second",
            ),
            self.words,
        ):
            self.body.addWidget(part)
        self.hide()

    def show_file(self, file: Path, words: tuple[str, ...]) -> None:
        self._what.setText(str(file))
        self.words.setText(" ".join(words))
        self.show()


class CodeForm(QWidget):
    """What somebody sent: pasted, or out of a file."""

    def __init__(self, name: str, label: str, read: Callable[..., Any]) -> None:
        """`read` is the dialog's own way to read something on a worker thread."""
        super().__init__()
        self._name, self._read = name, read
        self.field = PlainEdit(min_lines=4)
        self.field.setObjectName(f"{name}.code")
        self.row = FormRow(label, self.field, _("A code begins with CR1-."))
        self.open_file = LinkButton(_("Open a file…"), self._choose)
        self.open_file.setObjectName(f"{name}.file")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(6)
        whole.addWidget(self.row)
        add_hung(whole, self.open_file)

    def code(self) -> str:
        return self.field.words()

    def show_error(self, error: KnownError) -> None:
        self.row.set_error(f"{error.words} {error.way_out}")
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose(self) -> None:
        dialog = QFileDialog(self, _("Which file did they send?"))
        dialog.setObjectName(f"{self._name}.chosen")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([f"{_('Texts')} (*.txt)", f"{_('All files')} (*)"])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.take)
        dialog.open()

    def take(self, file: str) -> None:
        """Put a file's words into the field."""
        self._read(_text_of, Path(file), then=self.field.set_text)


# --- on worker threads -----------------------------------------------------------------------


def _text_of(_home: Home, file: Path) -> str:
    return plan_files.read_file(file)


def write_packet(
    home: Home, actor: Actor, *, case: CaseId, who: str, blind: bool, file: Path
) -> tuple[Packet, ChangeSet]:
    """Ask, and put the packet about it into a new file. Raises what `packets.make` does."""
    made, changes = packets.make(home, actor, case, who, blind=blind)
    write_page(file, made.page)
    return made, changes


def write_page(file: Path, page: str) -> None:
    """Raises KnownError `file_exists`, `cannot_write`."""
    with new_file(file) as target:
        target.write(page)
