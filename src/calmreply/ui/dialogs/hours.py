"""Opening hours and the time zone, as the settings write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Qt, QTime, QTimeZone, Signal
from PySide6.QtWidgets import QCompleter, QLineEdit, QTimeEdit, QVBoxLayout, QWidget

from calmreply.i18n import _
from calmreply.ui.dialogs import moments
from calmreply.ui.kit.flow import FlowLayout
from calmreply.ui.kit.pills import PillChoice
from calmreply.ui.kit.text import PlainLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QWheelEvent

_TIME = "HH:mm"
_MIDNIGHT, _END = "00:00", "24:00"  # the end of a day is written as 24:00


class TimeField(QTimeEdit):
    """A time of day. The wheel needs the focus."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDisplayFormat(_TIME)
        self.lineEdit().setTextMargins(9, 0, 9, 0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class HoursField(QWidget):
    """Days to tick and from when to when; `text` is as in `1-6 09:00-18:00`."""

    changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.days = PillChoice(
            [(str(n), words) for n, words in enumerate(moments.short_weekdays(), start=1)],
            name=_("Open on"),
        )
        self.opens, self.closes = TimeField(), TimeField()
        self.opens.setAccessibleName(_("Opens at"))
        self.closes.setAccessibleName(_("Closes at"))
        self.setObjectName(name)
        for field, called in (
            (self.days, "days"),
            (self.opens, "opens"),
            (self.closes, "closes"),
        ):
            field.setObjectName(f"{name}.{called}")
        times = QWidget()
        line = FlowLayout(times, gap=8)
        for part in (self.opens, _word(_("to")), self.closes):
            line.addWidget(part)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(6)
        whole.addWidget(self.days)
        whole.addWidget(times)
        self.setFocusProxy(self.days)
        self.days.changed.connect(self.changed)
        for field in (self.opens, self.closes):
            field.timeChanged.connect(lambda _time: self.changed.emit())

    def text(self) -> str:
        days = [int(day) for day in self.days.chosen()]
        in_a_row = len(days) > 1 and days == list(range(days[0], days[-1] + 1))
        said = f"{days[0]}-{days[-1]}" if in_a_row else ",".join(map(str, days))
        closes = self.closes.time().toString(_TIME)
        times = f"{self.opens.time().toString(_TIME)}-{_END if closes == _MIDNIGHT else closes}"
        return f"{said or '-'} {times}"

    def setText(self, text: str) -> None:
        days_text, _gap, times = text.partition(" ")
        opens, _dash, closes = times.partition("-")
        days: set[str] = set()
        for part in days_text.split(","):
            first, _line, last = part.partition("-")
            if first.isdigit() and (last or first).isdigit():
                days |= {str(day) for day in range(int(first), int(last or first) + 1)}
        self.days.choose(days)
        for field, time in ((self.opens, opens), (self.closes, closes.replace(_END, _MIDNIGHT))):
            found = QTime.fromString(time, _TIME)
            if found.isValid():
                field.setTime(found)


class ZoneField(QLineEdit):
    """A time zone by its name. A city is enough where only one zone has it: "london"."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        known = (bytes(name.data()).decode("ascii") for name in QTimeZone.availableTimeZoneIds())
        self._known = tuple(name for name in known if "/" in name or name == "UTC")
        completer = QCompleter(self._known, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.InlineCompletion)
        self.setCompleter(completer)
        self.setPlaceholderText("Europe/London")
        self.editingFinished.connect(self._find)

    def _find(self) -> None:
        """The one zone that is meant, in its own spelling; what fits several stays as it is."""
        typed = "_".join(self.text().split()).casefold()
        if not typed or self.text() in self._known:
            return
        for fits in (str.__eq__, _is_city):
            found = [name for name in self._known if fits(name.casefold(), typed)]
            if len(found) == 1:
                self.setText(found[0])
                return


def _is_city(name: str, typed: str) -> bool:
    return name.rpartition("/")[2] == typed


def no_hours() -> str:
    """What is said where no sense can be made of the hours."""
    return _("Choose one day at least, and when it opens and closes.")


def zone_here() -> str:
    """The zone this computer is set to; empty where it does not say."""
    return bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii")


def currency_here() -> str:
    """The currency of this computer's country; empty where it does not say."""
    return QLocale.system().currencySymbol(QLocale.CurrencySymbolFormat.CurrencyIsoCode)


def _word(words: str) -> PlainLabel:
    label = PlainLabel(words, "second")
    label.setWordWrap(False)
    return label
