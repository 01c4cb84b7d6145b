"""A row for each sort of setting: its sentence, its field, and in its place what is wrong."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from calmreply.app.rules.settings import Setting, Sort
from calmreply.app.words import wording, wording_rules
from calmreply.i18n import _
from calmreply.ui.dialogs.frame import Columns
from calmreply.ui.dialogs.hours import HoursField, ZoneField, no_hours
from calmreply.ui.kit.buttons import Choice, Tick
from calmreply.ui.kit.fields import NumberField
from calmreply.ui.kit.text import PlainLabel, restyle
from calmreply.ui.kit.views import PlainEdit

if TYPE_CHECKING:
    from calmreply.errors import KnownError

_HOUR = 60
_MOST_MINUTES = 60 * 24 * 30
Field = QLineEdit | PlainEdit | NumberField | Tick | Choice | HoursField


class SettingRow(QWidget):
    """`changed` comes when somebody changes it, not when it is shown."""

    changed = Signal()

    def __init__(self, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setting = setting
        self._kept: str | None = None  # nobody knows yet
        self._showing = False
        self.field = _field(setting)
        self.field.setObjectName(f"settings.{setting.name}")
        words = sentence(setting)
        self.field.setAccessibleName(words)
        self._wrong = PlainLabel("", "second", tone="red")
        self._wrong.hide()
        self._weaker = PlainLabel("", "second", tone="amber")
        self._weaker.hide()
        self._rule = PlainLabel(
            wording_rules.sentence(setting.name, setting.default), "second", tone="soft"
        )
        if not self._rule.text():
            self._rule.hide()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 5, 0, 5)
        whole.setSpacing(3)
        if isinstance(self.field, Tick):
            whole.addWidget(self.field)
        else:
            label = PlainLabel(words)
            label.setBuddy(self.field)
            wide = isinstance(self.field, PlainEdit | HoursField)
            side = self._short() if isinstance(self.field, NumberField | Choice) else self.field
            sides = [(label, 230, 2), (side, 260 if wide else 180, 3)]
            whole.addWidget(Columns(sides, below=4))
        for below in (self._rule, self._weaker, self._wrong):
            whole.addWidget(below)
        _connect(self.field, self._on_changed)

    def _short(self) -> QWidget:
        """The field no wider than what it holds, and beside minutes what they come to."""
        side = QWidget()
        line = QHBoxLayout(side)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.field)
        if isinstance(self.field, NumberField):
            told = PlainLabel("", "second")
            told.setWordWrap(False)
            line.addWidget(told)
            self.field.valueChanged.connect(partial(_say_span, told))
        line.addStretch(1)
        return side

    def value(self) -> str:
        """What the field says, in the form in which it is stored."""
        match self.field:
            case Tick():
                return "yes" if self.field.isChecked() else "no"
            case Choice():
                return self.field.key()
            case NumberField():
                return str(self.field.value())
            case PlainEdit():
                return self.field.words()
            case _:
                return self.field.text()

    @property
    def is_changed(self) -> bool:
        return self._kept is not None and self.value() != self._kept

    def show_kept(self, value: str) -> None:
        """Show what is in force. What somebody has changed and not saved stays as it is."""
        changed = self.is_changed
        self._kept = value
        if not changed:
            self.undo()

    def saved(self) -> None:
        """What stands here is in force now."""
        self._kept = self.value()
        self.set_error(None)

    def undo(self) -> None:
        """Back to what is in force."""
        kept = self._kept
        if kept is None:
            return
        self._showing = True
        match self.field:
            case Tick():
                self.field.setChecked(kept == "yes")
            case Choice():
                self.field.choose(kept)
            case NumberField():
                self.field.setValue(int(kept) if kept.isdigit() else 0)
            case PlainEdit():
                self.field.set_text(kept)
            case _:
                self.field.setText(kept)
        # A field may write the same thing another way.
        self._kept = self.value()
        self._showing = False
        self.set_error(None)
        self.set_weaker(weaker=False)
        self._say_rule()

    def set_error(self, error: KnownError | None) -> None:
        """Say why it cannot be so; nothing if it can."""
        words = f"{error.words} {error.way_out}" if error is not None else ""
        if error is not None and self.setting.sort is Sort.HOURS and error.code == "bad_value":
            words = no_hours()
        self._wrong.setText(f"! {words}" if words else "")
        self._wrong.setVisible(bool(words))
        self.field.setAccessibleDescription(words)
        restyle(self.field, wrong=bool(words))

    def set_weaker(self, *, weaker: bool) -> None:
        """Say that this asks for less than what is in force, and is only proposed."""
        self._weaker.setText(wording_rules.weaker() if weaker else "")
        self._weaker.setVisible(weaker)

    def weaker(self) -> bool:
        """Whether it is said to be so."""
        return not self._weaker.isHidden()

    def rule(self) -> str:
        """The rule as the field stands, as a sentence; empty where it is none."""
        return self._rule.text()

    def _say_rule(self) -> None:
        self._rule.setText(wording_rules.sentence(self.setting.name, self.value()))
        self._rule.setVisible(bool(self._rule.text()))

    def error(self) -> str:
        """What is said to be wrong, empty if nothing is."""
        return "" if self._wrong.isHidden() else self._wrong.text()

    def _on_changed(self) -> None:
        if not self._showing:
            self.set_error(None)
            self._say_rule()
            self.changed.emit()


def sentence(setting: Setting) -> str:
    """Its words beside a field; hours are ticked here and need no explanation of how to write."""
    if setting.sort is Sort.HOURS:
        return _("Opening hours")
    return setting.words


def _field(setting: Setting) -> Field:
    match setting.sort:
        case Sort.TEXT:
            return QLineEdit()
        case Sort.LINES:
            return PlainEdit(min_lines=2, max_lines=8)
        case Sort.MINUTES:
            return NumberField(0, _MOST_MINUTES, _(" min"))
        case Sort.YES_NO:
            return Tick(setting.words)
        case Sort.ZONE:
            return ZoneField()
        case Sort.HOURS:
            return HoursField(f"settings.{setting.name}")
        case Sort.CHOICE:
            choices = [(key, choice_words(setting.name, key)) for key in setting.choices]
            field = Choice(choices)
            field.setMinimumContentsLength(max(len(words) for _key, words in choices))
            return field


def _say_span(label: PlainLabel, minutes: int) -> None:
    """An hour or more in the words of a clock."""
    span = wording.duration(timedelta(minutes=minutes)) if minutes >= _HOUR else ""
    label.setText(span)


def _connect(field: Field, changed: object) -> None:
    match field:
        case Tick():
            field.toggled.connect(changed)
        case Choice():
            field.currentIndexChanged.connect(changed)
        case NumberField():
            field.valueChanged.connect(changed)
        case PlainEdit():
            field.words_changed.connect(changed)
        case HoursField():
            field.changed.connect(changed)
        case _:
            field.textChanged.connect(changed)


def choice_words(name: str, key: str) -> str:
    """A value of a setting with a few values, in words."""
    if name == "type_size":
        return _("{n} %").format(n=key)
    known = {
        "system": _("like the system"),
        "at_once": _("at once"),
        "gathered": _("together, every half hour"),
        "light": _("light"),
        "dark": _("dark"),
        "ask": _("ask once"),
        "yes": _("yes"),
        "no": _("no"),
    }
    return known.get(key, key)
