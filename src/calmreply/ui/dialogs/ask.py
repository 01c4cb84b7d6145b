"""Who is to look at it: chosen among those who did not write it, or brought in right here."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from calmreply.app.reviewing import review
from calmreply.app.words import wording
from calmreply.domain.people import PersonId
from calmreply.i18n import _
from calmreply.ui.dialogs import afar, telling, work
from calmreply.ui.dialogs.frame import Dialog, indent_under
from calmreply.ui.dialogs.newcomer import new_key_words
from calmreply.ui.dialogs.person import PersonForm, RecoveryCard
from calmreply.ui.kit.buttons import Button, LinkButton, PrimaryButton, Radio
from calmreply.ui.kit.flow import Hang
from calmreply.ui.kit.text import PlainLabel, plain_tooltip
from calmreply.ui.kit.widgets import Card, add_hung, empty

if TYPE_CHECKING:
    from calmreply.app.home import Actor, Home
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.app.reviewing.notices import Told
    from calmreply.app.reviewing.packets import Packet
    from calmreply.domain.mention import CaseId
    from calmreply.domain.people import Person
    from calmreply.errors import KnownError
    from calmreply.ui.desk import Desk
    from calmreply.ui.dialogs.kept import Words
    from calmreply.ui.dialogs.work import Askable, ToAsk


class AskDialog(Dialog):
    """`done` carries the `PersonId` of whoever has been asked."""

    def __init__(self, desk: Desk, case_id: CaseId, parent: QWidget | None = None) -> None:
        super().__init__(desk, "ask", _("Ask for a second pair of eyes"), parent, case=case_id)
        self._view: ToAsk | None = None
        self._before: telling.Before | None = None
        self._came_in: Person | None = None
        self._sent_to: PersonId | None = None
        self._by_mail = False
        self.group = QButtonGroup(self)
        self.choices: dict[PersonId, Radio] = {}
        self._lay_out()
        self.ask = PrimaryButton(_("Ask"), self._go)
        self.ask.setObjectName("ask.go")
        self.leave = Button(_("Not now"), self.reject)
        self.leave.setObjectName("ask.leave")
        self.add_buttons(self.leave, self.ask)
        self.group.buttonToggled.connect(self._on_chosen)
        self.code.safe.toggled.connect(self._say_button)
        self.afar.phone.toggled.connect(self._say_button)
        self.read(telling.before, case_id, then=self._show)

    def _lay_out(self) -> None:
        self._why = PlainLabel(
            _("Somebody who did not write it reads exactly these words and signs them off.")
        )
        self.choose = Card(_("Who?"))
        self._list = QVBoxLayout()
        self._list.setSpacing(6)
        self.choose.body.addLayout(self._list)
        self.new = LinkButton(_("Somebody new…"), self._on_new)
        self.new.setObjectName("ask.new")
        add_hung(self.choose.body, self.new)
        self.afar = afar.PhonePart("ask")
        self.choose.body.addWidget(self.afar)
        self.mail = telling.MailPart("ask")
        self.choose.body.addWidget(self.mail)
        self.sent = afar.SentCard()
        self.enrol = Card(_("Somebody new"))
        self.enrol.body.setSpacing(10)
        self._own = PlainLabel(
            _("Let them sit down here and type their own passphrase. You let them in; they sign."),
            tone="soft",
        )
        self.form = PersonForm("ask.new")
        self.enrol.body.addWidget(self._own)
        self.enrol.body.addWidget(self.form)
        self.code = RecoveryCard("ask")
        for part in (self._why, self.choose, self.enrol, self.code, self.sent):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.enrol.hide()
        self.code.hide()

    def words(self) -> Words:
        return self.form.words() if self._came_in is None else {}

    def put_back(self, words: Words) -> None:
        self.form.put_back(words)

    # what is shown

    def _show(self, before: telling.Before) -> None:
        self._before, self._view = before, before.view
        view = before.view
        self.mail.set_able(before.able)
        self.head.about.setText(work.about(view.here))
        self.form.set_currency(view.here.currency)
        empty(self._list)
        self.choices.clear()
        for one in view.people:
            self._list.addLayout(Hang(self._line(one, view), Radio.hang))
        able = view.able
        first = before.next or view.asked or (able[0].id if able else None)
        if first in self.choices:
            self.choices[first].setChecked(True)
        if not able:
            self._why.setText(
                _("This needs a second person: somebody who did not write it. Who could that be?")
            )
            self._on_new()
        else:
            self._focus_list()
        self.choose.setVisible(bool(view.people) and (bool(able) or len(view.people) > 1))
        self._say_button()
        self.fit_soon()

    def _line(self, one: Askable, view: ToAsk) -> QWidget:
        """Somebody to choose, or why not; below, what they may offer and how new their key is."""
        line = QWidget()
        column = QVBoxLayout(line)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        person = one.person
        if one.why_not:
            words = _("{name}: {why}").format(name=person.name, why=one.why_not)
            label = PlainLabel(words, tone="soft")
            label.setContentsMargins(Radio.hang, 0, Radio.hang, 0)
            column.addWidget(label)
            return line
        radio = Radio(person.name)
        radio.setObjectName(f"ask.who.{person.name}")
        self.choices[person.id] = radio
        self.group.addButton(radio)
        offers = wording.money(person.may_offer, view.here.currency)
        parts = (
            person.role,
            _("may offer up to {amount}").format(amount=offers) if person.may_offer else "",
            _("first week: this key is new") if one.new_key else "",
            _("asked already") if view.asked == person.id else "",
        )
        told = " · ".join(filter(None, parts))
        radio.setAccessibleDescription(told)
        column.addWidget(radio)
        if told:
            second = PlainLabel(told, "second")
            if one.new_key:
                plain_tooltip(second, new_key_words(person.name))
            second.setContentsMargins(indent_under(radio), 0, 0, 0)
            column.addWidget(second)
        for words in self._before.doubts.get(person.id, ()) if self._before else ():
            doubt = PlainLabel(words, "second", tone="amber")
            doubt.setContentsMargins(indent_under(radio), 0, 0, 0)
            column.addWidget(doubt)
        return line

    def _focus_list(self) -> None:
        chosen = self.group.checkedButton()
        if chosen is not None and self._came_in is None:
            self.focus(chosen)

    def _on_new(self) -> None:
        self.enrol.show()
        self.new.hide()
        self._say_button()
        self.focus(self.form.name)
        self.fit_soon()

    def _on_chosen(self, _button: object, on: bool) -> None:
        """Choosing somebody who is here folds the form away again, unless it is begun."""
        if on and not any(self.form.words().values()):
            self.enrol.hide()
            self.new.show()
        if on:
            self.afar.show_for(self._chosen())
            self.mail.show_for(self._chosen())
            self.fit_soon()
        self._say_button()

    def _say_button(self) -> None:
        if self._came_in is not None:
            words = _("Ask {name}").format(name=self._came_in.name)
            self.ask.setEnabled(self.code.safe.isChecked())
        elif not self.enrol.isHidden():
            words = _("Let them in")
            self.ask.setEnabled(True)
        else:
            who = self._chosen()
            asks = _("Make the file for {name}…") if self.afar.wanted else _("Ask {name}")
            words = asks.format(name=who.name) if who else _("Ask")
            self.ask.setEnabled(who is not None)
        self.ask.setText(_("Done") if self._sent_to is not None else words)

    def _chosen(self) -> Person | None:
        chosen = self.group.checkedButton()
        found = [who for who, radio in self.choices.items() if radio is chosen]
        people = self._view.able if self._view else ()
        return next((one for one in people if found and one.id == found[0]), None)

    # what is done

    def _go(self) -> None:
        if self._sent_to is not None:
            self.finish(self._sent_to)
        elif self._came_in is not None:
            if self.code.safe.isChecked():
                self._ask(self._came_in)
        elif not self.enrol.isHidden():
            self._let_in()
        elif (who := self._chosen()) is not None:
            if self.afar.wanted:
                suggested = afar.file_name(_("for"), who.name)
                afar.choose_target(self, "ask.target", suggested, partial(self.write, who.id))
            else:
                self._ask(who)

    def write(self, who: PersonId, file: Path) -> None:
        """Ask somebody far away by a new file."""
        if self.case is not None:
            self._by_mail = self.mail.wanted
            blind = self.afar.blind.isChecked()
            what = partial(afar.write_packet, case=self.case, who=who, blind=blind, file=file)
            self.act(what, partial(self._written, file), words=_("Writing the file…"))

    def _written(self, file: Path, made: tuple[Packet, ChangeSet]) -> None:
        packet, _changes = made
        self._sent_to = packet.reviewer.id
        for part in (self._why, self.choose, self.enrol, self.leave):
            part.hide()
        self.notice.clear()
        self.sent.show_file(file, packet.words)
        self._say_button()
        self.focus(self.ask)
        self.shrink_soon()
        if self._by_mail:
            self._tell(packet.reviewer)

    def _ask(self, who: Person) -> None:
        if self.case is not None:
            self._by_mail = self.mail.wanted and self._came_in is None
            then = partial(self._asked, who)
            self.act(partial(_ask, case=self.case, who=who.id), then)

    def _asked(self, who: Person, _changes: object) -> None:
        if not self._by_mail:
            self.finish(who.id)
            return
        self._sent_to = who.id
        self._tell(who)

    def _tell(self, who: Person) -> None:
        """It is asked already, whatever becomes of the mail."""
        if self.case is not None:
            words = _("Telling {name} by mail…").format(name=who.name)
            then = partial(self._told, who)
            self.act(partial(telling.tell, case=self.case), then, on="net", words=words)

    def _told(self, who: Person, result: tuple[Told | None, ChangeSet]) -> None:
        told, _changes = result
        by_file = not self.sent.isHidden()
        if told is None or told.delivered:
            if not by_file:
                self.finish(who.id)
                return
            words = _("{name} was told by mail.").format(name=who.name)
            self.notice.say(words, tone="green")
        else:
            words = _("{name} is asked, but could not be told by mail.").format(name=who.name)
            self.notice.say(words, told.words, tone="amber")
        for part in (self.choose, self._why, self.leave):
            part.hide()
        self._say_button()
        self.focus(self.ask)
        self.shrink_soon()

    def _let_in(self) -> None:
        if self.busy or not self.form.check():
            self.fit_soon()
            return
        # Whoever lets them in signs in first, so that no passphrase waits in the meantime.
        self.desk.need_actor(self._enrol)

    def _enrol(self, _actor: object) -> None:
        self.act(
            partial(work.enrol, new=self.form.person(), passphrase=self.form.passphrase()),
            self._enrolled,
            on="net",
            words=_("Making their key…"),
        )

    def _enrolled(self, made: tuple[Person, str, ChangeSet]) -> None:
        self._came_in, code, _changes = made
        self.form.forget_passphrase()
        self.code.show_code(self._came_in.name, code)
        for part in (self._why, self.choose, self.enrol, self.leave):
            part.hide()
        self.code.show()
        self.focus(self.code.safe)
        self._say_button()
        self.notice.say(
            _("{name} is in. First week: this key is new.").format(name=self._came_in.name),
            new_key_words(self._came_in.name),
            tone="green",
        )
        self.shrink_soon()

    def say_error(self, error: KnownError) -> None:
        if not self.form.show_error(error):
            super().say_error(error)
        self.fit_soon()

    def may_leave(self) -> bool:
        """Not while a key is being made, nor before its code stands on paper, unless on purpose."""
        if self.busy and not self.enrol.isHidden():
            return False
        unsafe = self._came_in is not None and not self.code.safe.isChecked()
        return not unsafe or self.warned_of_code()


def _ask(home: Home, actor: Actor, case: CaseId, who: str) -> ChangeSet:
    return review.ask(home, actor, case, who)
