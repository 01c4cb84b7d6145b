"""Telling whoever is asked by mail, and what there is to know of them before. Worker threads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from calmreply.app.reviewing import notices
from calmreply.app.words import wording_people
from calmreply.domain.next_asked import next_asked
from calmreply.domain.resembling import doubts_of, mailbox
from calmreply.i18n import _
from calmreply.ui.dialogs import work
from calmreply.ui.kit.buttons import Tick
from calmreply.ui.kit.text import PlainLabel

if TYPE_CHECKING:
    from calmreply.app.home import Actor, Home
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.domain.mention import CaseId
    from calmreply.domain.people import Person, PersonId


@dataclass(frozen=True, slots=True)
class Before:
    """Who may look at the words, for whom each could be taken, and whether mail can be sent.

    `next`: who could be asked instead of somebody who does not answer.
    """

    view: work.ToAsk
    doubts: Mapping[PersonId, tuple[str, ...]]
    able: notices.Able
    next: PersonId | None = None


def before(home: Home, case: CaseId) -> Before:
    """Raises KnownError `no_such_case`."""
    view = work.to_ask(home, case)
    known = view.here.facts.people
    now = view.here.page.known.now
    said = {
        one.person.id: tuple(map(wording_people.doubt, doubts_of(known, one.person, now)))
        for one in view.people
    }
    rules = view.here.page.known.rules
    found = next_asked(view.here.facts, rules, now)
    instead = found.next.id if found is not None and found.next is not None else None
    return Before(view, said, notices.able(home), instead)


class MailPart(QWidget):
    """The tick: they are told by mail that they are asked, and nothing of what it says."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._able: notices.Able | None = None
        self._touched = False
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2)
        self.mail = Tick(_("Tell them by mail"))
        self.mail.setObjectName(f"{name}.mail")
        self.why = PlainLabel("", "second")
        whole.addWidget(self.mail)
        whole.addWidget(self.why)
        self.mail.clicked.connect(self._on_clicked)
        self.hide()

    def set_able(self, able: notices.Able) -> None:
        self._able = able

    def show_for(self, person: Person | None) -> None:
        """Who is chosen: only who has an address, where there is an account to send from."""
        account = self._able is not None and self._able.account is not None
        able = account and person is not None and bool(mailbox(person.mail))
        self.setVisible(able)
        if not able or person is None or self._able is None:
            return
        if not self._touched:
            self.mail.setChecked(self._able.wanted)
        words = _("To {mail}: that a reply waits for them, and nothing of what it says.")
        self.why.setText(words.format(mail=person.mail))

    @property
    def wanted(self) -> bool:
        return self.mail.isChecked() and not self.isHidden()

    def _on_clicked(self) -> None:
        self._touched = True


def tell(home: Home, actor: Actor, *, case: CaseId) -> tuple[notices.Told | None, ChangeSet]:
    return notices.tell_asked(home, actor, case)
