"""What one row of the list shows, and how a model hands it over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from calmreply.i18n import _
from calmreply.ui.kit.text import one_line

if TYPE_CHECKING:
    from calmreply.ui.kit.palette import Tone

LINE_ROLE = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class LineData:
    """What a row shows. `exact_when` is shown on hover; a `dim` row is one that is done with."""

    who: str
    when: str
    text: str
    pills: tuple[tuple[Tone, str], ...] = ()
    dim: bool = False
    exact_when: str = ""


def line_in_words(line: LineData) -> str:
    """The whole row as the screen reader says it."""
    parts = [f"{one_line(line.who)}, {line.when}", one_line(line.text)]
    parts.append(", ".join(words for _tone, words in line.pills))
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def line_data(line: LineData | None, role: int) -> object:
    """The answer of a model to `role` for a row that shows `line`; None is a row not yet loaded."""
    if role == LINE_ROLE:
        return line
    if role == Qt.ItemDataRole.AccessibleTextRole:
        return _("Loading…") if line is None else line_in_words(line)
    if role == Qt.ItemDataRole.DisplayRole:
        return "" if line is None else line.who
    return None
