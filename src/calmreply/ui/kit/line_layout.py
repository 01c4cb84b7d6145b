"""The words of a row of the list, measured and laid out, so that to paint them costs little.

Qt thread only. Laying out is what a row costs; whoever paints keeps what comes of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QStaticText, QTextLayout, QTextOption, QTransform

from calmreply.ui.kit.pills import pill_size
from calmreply.ui.kit.text import one_line
from calmreply.ui.kit.theme import theme

if TYPE_CHECKING:
    from calmreply.ui.kit.line_data import LineData
    from calmreply.ui.kit.palette import Palette, Tone
    from calmreply.ui.kit.sizes import Sizes

SIDE, ABOVE, _BELOW, _PILL_GAP = 14, 11, 11, 6
KEPT = 512
_AS_IT_IS = QTransform()


@dataclass(slots=True)
class Laid:
    """A row laid out for one width."""

    who: QStaticText
    when: QStaticText
    when_wide: float
    text: tuple[QStaticText, ...]
    pills: tuple[tuple[QRect, Tone, str], ...]


class Measures:
    """Fonts and heights for one palette and one set of sizes."""

    def __init__(self, palette: Palette, sizes: Sizes) -> None:
        now = theme()
        self.palette, self.sizes = palette, sizes
        self.ink, self.soft, self.hairline = (now.color(one) for one in ("ink", "soft", "line"))
        self.strong = now.font(strong=True)
        self.text = now.font()
        self.second = now.font("second")
        self.pill = now.font("section")
        self.pill.setWeight(QFont.Weight.Medium)
        strong, text = QFontMetrics(self.strong), QFontMetrics(self.text)
        self.letter = max(1, text.averageCharWidth())
        self.wrapping = QTextOption()
        self.wrapping.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.second_metrics, self.pill_metrics = QFontMetrics(self.second), QFontMetrics(self.pill)
        self.strong_metrics, self.text_metrics = strong, text
        self.leading = round(text.height() * 1.22)
        self.text_top = ABOVE + strong.height() + 5
        self.pill_high = pill_size(self.pill_metrics, "x").height()
        self.pill_top = self.text_top + 2 * self.leading + 3
        self.high = self.pill_top + self.pill_high + _BELOW
        self._pill_widths: dict[str, int] = {}
        self._whens: dict[str, tuple[QStaticText, int]] = {}
        self.when_drop = strong.ascent() - self.second_metrics.ascent()

    def pill_width(self, words: str) -> int:
        wide = self._pill_widths.get(words)
        if wide is None:
            if len(self._pill_widths) >= KEPT:
                self._pill_widths.clear()
            wide = self._pill_widths[words] = pill_size(self.pill_metrics, words).width()
        return wide

    def when(self, words: str) -> tuple[QStaticText, int]:
        """Laid out, and how wide; so many lines are "3 days" old that each is made once."""
        found = self._whens.get(words)
        if found is None:
            if len(self._whens) >= KEPT:
                self._whens.clear()
            found = (_static(words, self.second), self.second_metrics.horizontalAdvance(words))
            self._whens[words] = found
        return found


def lay_out(line: LineData, width: int, measures: Measures) -> Laid:
    when, when_wide = measures.when(line.when)
    who = measures.strong_metrics.elidedText(
        one_line(line.who), Qt.TextElideMode.ElideRight, max(0, width - when_wide - 12)
    )
    return Laid(
        who=_static(who, measures.strong),
        when=when,
        when_wide=when.size().width(),
        text=tuple(_static(part, measures.text) for part in two_lines(line.text, width, measures)),
        pills=pills_that_fit(line, width, measures),
    )


def pills_that_fit(
    line: LineData, width: int, measures: Measures
) -> tuple[tuple[QRect, Tone, str], ...]:
    """The first pills for which there is room; a last one counts those left out."""
    wanted = [(tone, words) for tone, words in line.pills if words]
    for shown in range(len(wanted), 0, -1):
        left_out = len(wanted) - shown
        more: list[tuple[Tone, str]] = [("neutral", f"+{left_out}")] if left_out else []
        placed: list[tuple[QRect, Tone, str]] = []
        left = 0
        for tone, words in wanted[:shown] + more:
            wide = min(measures.pill_width(words), width)
            placed.append((QRect(left, 0, wide, measures.pill_high), tone, words))
            left += wide + _PILL_GAP
        if left - _PILL_GAP <= width or shown == 1:
            return tuple(placed)
    return ()


def _static(text: str, font: QFont) -> QStaticText:
    """Laid out at once, or its size would be told by another font until it is first painted."""
    made = QStaticText(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    made.prepare(_AS_IT_IS, font)
    return made


def two_lines(text: str, width: int, measures: Measures) -> tuple[str, ...]:
    """`text` as one line or two, the second one elided.

    To measure letters costs time, so no more of them are than two lines commonly hold; thin ones
    get a second try, with all that could ever fit.
    """
    if width < 1:
        return (one_line(text, 120),)
    most = max(120, width * 2 // 3)
    for limit in (min(most, 2 * width // measures.letter + 40), most):
        part = one_line(text, limit)
        cut_off = len(text) > limit
        found, is_full = _wrapped(f"{part}…" if cut_off else part, width, measures)
        if is_full or not cut_off:
            break
    return found


def _wrapped(text: str, width: int, measures: Measures) -> tuple[tuple[str, ...], bool]:
    """One line or two, and whether more was there than fits."""
    layout = QTextLayout(text, measures.text)
    layout.setTextOption(measures.wrapping)
    layout.beginLayout()
    first = layout.createLine()
    first.setLineWidth(width)
    layout.endLayout()
    # Qt counts in UTF-16 units, Python in characters.
    units = text.encode("utf-16-le", "replace")
    cut = 2 * first.textLength()
    if cut >= len(units):
        return (text,), False
    head, rest = (part.decode("utf-16-le", "replace") for part in (units[:cut], units[cut:]))
    end = measures.text_metrics.elidedText(rest, Qt.TextElideMode.ElideRight, width)
    return (head.rstrip(), end), end != rest
