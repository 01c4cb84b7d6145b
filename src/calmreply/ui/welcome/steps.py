"""The steps of setting up calmly. Each keeps what it asks by itself, and may be skipped."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from calmreply.app.listening import listen
from calmreply.app.persons import people
from calmreply.app.persons.people import NewPerson
from calmreply.app.rules import settings
from calmreply.domain import disguise
from calmreply.i18n import _
from calmreply.ui.dialogs import work
from calmreply.ui.dialogs.hours import HoursField, ZoneField, currency_here, no_hours, zone_here
from calmreply.ui.dialogs.person import PersonForm, RecoveryCard
from calmreply.ui.kit.buttons import Button
from calmreply.ui.kit.checks import IconLine
from calmreply.ui.kit.fields import FormRow
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.views import PlainEdit
from calmreply.ui.kit.widgets import empty

if TYPE_CHECKING:
    from calmreply.app.home import Actor, Home
    from calmreply.app.ports.changes import ChangeSet
    from calmreply.app.ports.storage import Source
    from calmreply.domain.people import Person
    from calmreply.errors import KnownError
    from calmreply.ui.deeds import Deeds
    from calmreply.ui.desk import Desk

Then = Callable[[], object]


class Step(QWidget):
    """One page. `begin` when it is shown, `keep` on the way ahead, `leave` when it is skipped."""

    resized = Signal()

    def __init__(self, title: str, why: str, desk: Desk, deeds: Deeds) -> None:
        super().__init__()
        self.title, self.desk, self.deeds = title, desk, deeds
        self.whole = QVBoxLayout(self)
        self.whole.setContentsMargins(0, 0, 0, 0)
        self.whole.setSpacing(12)
        self.whole.addWidget(PlainLabel(title, "title"))
        self.why = PlainLabel(why, tone="soft")
        self.whole.addWidget(self.why)

    @property
    def may_skip(self) -> bool:
        """Whether nothing is lost by going on without it."""
        return True

    def begin(self) -> None:
        """Read what there is already."""

    def keep(self, then: Then) -> None:
        """Save, then go on."""
        then()

    def leave(self) -> None:
        """Skipped: nothing is kept."""

    def show_error(self, _error: KnownError) -> bool:
        """Say it where it belongs; False if it belongs nowhere here."""
        return False

    def focus(self, field: QWidget) -> None:
        field.setFocus(Qt.FocusReason.OtherFocusReason)


class _Settings(Step):
    """A step whose fields are settings by name."""

    def __init__(self, title: str, why: str, desk: Desk, deeds: Deeds) -> None:
        super().__init__(title, why, desk, deeds)
        self.fields: dict[str, QLineEdit | PlainEdit | HoursField] = {}
        self.labels: dict[str, FormRow] = {}
        self._loaded = False

    def add(self, name: str, field: QLineEdit | PlainEdit | HoursField, hint: str = "") -> FormRow:
        if not isinstance(field, HoursField):
            field.setObjectName(f"welcome.{name}")
        row = FormRow(settings.find(name).words, field, hint)
        self.fields[name], self.labels[name] = field, row
        self.whole.addWidget(row)
        return row

    def begin(self) -> None:
        self.focus(next(iter(self.fields.values())))
        if not self._loaded:
            self.desk.read(_read_settings, tuple(self.fields))(self._on_read, None)

    def _on_read(self, values: dict[str, str]) -> None:
        self._loaded = True
        for name, value in values.items():
            field = self.fields[name]
            if isinstance(field, PlainEdit):
                field.set_text(value)
            else:
                field.setText(self.suggested(name, value))

    def suggested(self, _name: str, value: str) -> str:
        """What stands in a field at first."""
        return value

    def keep(self, then: Then) -> None:
        for row in self.labels.values():
            row.set_error("")
        values = {
            name: field.words() if isinstance(field, PlainEdit) else field.text()
            for name, field in self.fields.items()
        }
        what = partial(work.keep_settings, values=values)
        self.deeds.act_if_anybody(what, partial(self._kept, then))

    def _kept(self, then: Then, kept: tuple[ChangeSet, dict[str, KnownError]]) -> None:
        _changes, wrong = kept
        for name, error in reversed(wrong.items()):
            words = no_hours() if name == "hours" else f"{error.words} {error.way_out}"
            self.labels[name].set_error(words)
            self.focus(self.fields[name])
        if wrong:
            self.resized.emit()
        else:
            then()


class BusinessStep(_Settings):
    def __init__(self, desk: Desk, deeds: Deeds) -> None:
        super().__init__(
            _("Your business"),
            _("Waits and deadlines go by your own clock and opening hours."),
            desk,
            deeds,
        )
        self.add("business_name", QLineEdit())
        self.add("zone", ZoneField(), _("As this computer is set."))
        self.hours = HoursField("welcome.hours")
        row = self.add("hours", self.hours)
        row.set_label(_("Opening hours"))
        self.add("currency", QLineEdit())

    def suggested(self, name: str, value: str) -> str:
        default = settings.find(name).default
        if value != default:
            return value
        match name:
            case "zone":
                return zone_here() or value
            case "currency":
                return currency_here() or value
            case _:
                return value


class PersonStep(Step):
    """You, or the second person: a form, then the recovery code."""

    def __init__(self, desk: Desk, deeds: Deeds, *, second: bool) -> None:
        why = _("What you write and sign carries your name and is locked with your passphrase.")
        if second:
            why = _(
                "Answers to complaints are read by somebody who did not write them. Let them sit "
                "down here and type their own passphrase, or skip this until you first ask."
            )
        title = _("A second person") if second else _("You")
        super().__init__(title, why, desk, deeds)
        self._second = second
        self._made = False
        prefix = "welcome.second" if second else "welcome.you"
        self.here = IconLine("", tone="green")
        self.form = PersonForm(prefix, themselves=not second)
        self.code = RecoveryCard(prefix)
        for part in (self.here, self.form, self.code):
            self.whole.addWidget(part)
        self.here.hide()
        self.code.hide()

    @property
    def may_skip(self) -> bool:
        return not self._made

    def begin(self) -> None:
        self.focus(self.code.safe if self._made else self.form.name)
        self.desk.read(_people)(self._on_people, None)

    def _on_people(self, found: tuple[tuple[Person, ...], str]) -> None:
        everybody, currency = found
        self.form.set_currency(currency)
        here = everybody[1:] if self._second else everybody[:1]
        if here and not self._made:
            names = ", ".join(one.name for one in here)
            self.here.set("done", _("{names}: here already").format(names=names))
            self.here.show()
            self.form.hide()
        self.resized.emit()

    def keep(self, then: Then) -> None:
        if self._made or self.form.isHidden():
            if self._made and not self.code.safe.isChecked():
                self.code.safe.setFocus(Qt.FocusReason.OtherFocusReason)
                return
            then()
            return
        if not any(self.form.words().values()) and not self.form.passphrase():
            then()
            return
        if not self.form.check():
            self.resized.emit()
            return
        what = partial(_enrol, new=self.form.person(), passphrase=self.form.passphrase())
        words = _("Making the key…")
        if self._second:
            self.deeds.act(what, self._enrolled, on="net", words=words)
        else:
            self.deeds.run(partial(what, actor=None), self._enrolled, on="net", words=words)

    def _enrolled(self, made: tuple[Actor, str, ChangeSet]) -> None:
        actor, code, _changes = made
        self._made = True
        self.form.forget_passphrase()
        self.form.hide()
        self.why.hide()
        self.code.show_code(actor.person.name, code)
        self.code.show()
        self.focus(self.code.safe)
        if not self._second:
            self.desk.sign_in(actor)
        self.resized.emit()

    def show_error(self, error: KnownError) -> bool:
        return self.form.show_error(error)

    def leave(self) -> None:
        self.form.forget_passphrase()


class NamesStep(_Settings):
    def __init__(self, desk: Desk, deeds: Deeds) -> None:
        super().__init__(
            _("Names"),
            _("What people call your business, your products and your people."),
            desk,
            deeds,
        )
        self.add(
            "names",
            PlainEdit(min_lines=3),
            _("The name alone will do. Spellings and competitors can follow later, in Listening."),
        )
        self.add(
            "contacts",
            PlainEdit(min_lines=2),
            _("A first word to somebody upset may name one of these."),
        )
        self.example = Button(_("Start from an example plan…"), self._on_example)
        self.example.setObjectName("welcome.example")
        self.example.setAccessibleDescription(_("Wordings for calm times, to be changed later"))
        self.whole.addWidget(self.example, 0, Qt.AlignmentFlag.AlignLeft)

    def _on_example(self) -> None:
        from calmreply.ui.plan.taking import ExampleDialog  # noqa: PLC0415 - when it is wanted

        ExampleDialog(self.desk, self.window()).open()


class SourceStep(Step):
    def __init__(self, desk: Desk, deeds: Deeds) -> None:
        super().__init__(
            _("What to listen to"),
            _(
                "A blog, a forum, an alert, a mailbox, your own site, or a file of reviews. What"
                " stands elsewhere you paste."
            ),
            desk,
            deeds,
        )
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self.whole.addLayout(self._list)
        self.add_source = Button(_("Add a source…"), self._on_add)
        self.add_source.setObjectName("welcome.add_source")
        self.whole.addWidget(self.add_source, 0, Qt.AlignmentFlag.AlignLeft)
        desk.changed.connect(self._on_changed)

    def begin(self) -> None:
        self.focus(self.add_source)
        self.desk.read(listen.sources)(self._show, None)

    def _on_changed(self, changes: ChangeSet) -> None:
        if changes.sources:
            self.desk.read(listen.sources)(self._show, None)

    def _show(self, sources: tuple[Source, ...]) -> None:
        empty(self._list)
        for source in sources:
            self._list.addWidget(
                IconLine(
                    disguise.name(source.title), disguise.address(source.address), tone="green"
                )
            )
        self.resized.emit()

    def _on_add(self) -> None:
        from calmreply.ui.dialogs.add_source import AddSourceDialog  # noqa: PLC0415 - when it is wanted

        AddSourceDialog(self.desk, self.window()).open()


def steps(desk: Desk, deeds: Deeds) -> tuple[Step, ...]:
    """All steps, in their order."""
    return (
        BusinessStep(desk, deeds),
        PersonStep(desk, deeds, second=False),
        PersonStep(desk, deeds, second=True),
        NamesStep(desk, deeds),
        SourceStep(desk, deeds),
    )


def _read_settings(home: Home, names: tuple[str, ...]) -> dict[str, str]:
    return {name: settings.read(home, name) for name in names}


def _people(home: Home) -> tuple[tuple[Person, ...], str]:
    return people.everybody(home), settings.read(home, "currency")


def _enrol(
    home: Home, actor: Actor | None, *, new: NewPerson, passphrase: str
) -> tuple[Actor, str, ChangeSet]:
    """Somebody comes in and is unlocked at once."""
    person, code, changes = people.enrol(home, new, passphrase, actor)
    return people.unlock(home, str(person.id), passphrase), code, changes
