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
    from collections.abc import Iterator

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
    cut: tuple[str, ...]
    """What is not to be read in full: the name, and pills that are short of room or left out."""


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
    pills = pills_that_fit(line, width, measures)
    return Laid(
        who=_static(who, measures.strong),
        when=when,
        when_wide=when.size().width(),
        text=tuple(_static(part, measures.text) for part in two_lines(line.text, width, measures)),
        pills=pills,
        cut=tuple(_cut(line, who, pills, measures)),
    )


def _cut(
    line: LineData, who: str, pills: tuple[tuple[QRect, Tone, str], ...], measures: Measures
) -> Iterator[str]:
    if who != one_line(line.who):
        yield one_line(line.who)
    in_full = {words for rect, _tone, words in pills if rect.width() >= measures.pill_width(words)}
    yield from (words for _tone, words in line.pills if words and words not in in_full)


def pills_that_fit(
    line: LineData, width: int, measures: Measures
) -> tuple[tuple[QRect, Tone, str], ...]:
    """The pills for which there is room.

    The last one, how it stands, is what a row is looked at for. So it stays: first the others give
    way, those of no tone down to their first letters, then one after the other is left out and
    only counted.
    """
    wanted = [(tone, words) for tone, words in line.pills if words]
    if not wanted:
        return ()
    for shown in range(len(wanted) - 1, -1, -1):
        left_out = len(wanted) - 1 - shown
        more: list[tuple[Tone, str]] = [("neutral", f"+{left_out}")] if left_out else []
        those = [*wanted[:shown], *more, wanted[-1]]
        widths = _pill_widths(those, shown, width, measures)
        if sum(widths) + _PILL_GAP * (len(widths) - 1) <= width:
            break
    else:
        those, widths = wanted[-1:], [width]
        if len(wanted) > 1:
            count = f"+{len(wanted) - 1}"
            those, widths = [*those, ("neutral", count)], [width, measures.pill_width(count)]
    return tuple(_in_a_row(those, widths, width, measures.pill_high))


def _pill_widths(
    those: list[tuple[Tone, str]], shown: int, width: int, measures: Measures
) -> list[int]:
    """How wide each is; of the first `shown`, the neutral ones as narrow as need be."""
    widths = [measures.pill_width(words) for _tone, words in those]
    over = sum(widths) + _PILL_GAP * (len(widths) - 1) - width
    for number, (tone, _words) in enumerate(those[:shown]):
        if over > 0 and tone == "neutral":
            least = min(widths[number], measures.pill_width("mmmm…"))
            gone = min(over, widths[number] - least)
            widths[number] -= gone
            over -= gone
    return widths


def _in_a_row(
    those: list[tuple[Tone, str]], widths: list[int], most: int, high: int
) -> Iterator[tuple[QRect, Tone, str]]:
    left = 0
    for (tone, words), wide in zip(those, widths, strict=True):
        yield QRect(left, 0, min(wide, most), high), tone, words
        left += wide + _PILL_GAP


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
