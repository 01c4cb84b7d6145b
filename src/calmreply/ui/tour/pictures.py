"""What is on the screen as one picture: the window, and over it the dialogs that stand there."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from calmreply.errors import KnownError
from calmreply.i18n import _
from calmreply.ui.kit.theme import theme

_VEIL = 70
"""How dark it gets behind a dialog, of 255."""
_SHADOW = 14
_COLOURS = 256
_BLENDS = (0.3, 0.6)


def of_window(window: QWidget) -> QPixmap:
    """The window with everything that stands over it, as somebody before the screen sees it."""
    QApplication.processEvents()
    picture = window.grab()
    for above in _above(window):
        _put(picture, above.grab(), _place(window, above))
    return picture


def of_dialog(window: QWidget) -> QPixmap:
    """The dialog in front alone; the window where there is none."""
    QApplication.processEvents()
    above = _above(window)
    return above[-1].grab() if above else window.grab()


def is_covered(window: QWidget) -> bool:
    """Whether a dialog stands over the window, which is darker then."""
    return bool(_above(window))


def save(picture: QPixmap, file: Path, *, small: bool) -> None:
    """Write a PNG, as it is or `small`. Raises KnownError `cannot_write`."""
    image = picture.toImage().convertToFormat(QImage.Format.Format_RGB32)
    if small:
        image = _in_few_colours(image)
    # For PNG, 0 would be the hardest work; this is nearly as small, and much sooner done.
    if not image.save(str(file), "PNG", 40):  # type: ignore[call-overload]  # takes names as text
        raise KnownError(
            "cannot_write",
            _("{file} cannot be written.").format(file=file),
            _("Choose another folder with --out."),
        )


def is_blank(file: Path) -> bool:
    """Whether a picture shows nothing: hardly a colour in it."""
    image = QImage(str(file))
    if image.isNull():
        return True
    small = image.scaled(QSize(200, 200), Qt.AspectRatioMode.IgnoreAspectRatio)
    colours = {small.pixel(x, y) for x in range(small.width()) for y in range(small.height())}
    return len(colours) < 8  # the plainest page has more


def _in_few_colours(image: QImage) -> QImage:
    """The picture in 256 colours: a third of the size, and hardly another pixel.

    Those that mean something are among them, however few pixels have them; then the commonest of
    every third pixel. Under a veil there would be twice as many, so no such picture is made small.
    """
    counted = Counter(memoryview(image.constBits()).cast("I")[::3])
    common = (colour for colour, _count in counted.most_common(_COLOURS))
    colours = list(dict.fromkeys((*_meant(), *common)))[:_COLOURS]
    flags = Qt.ImageConversionFlag.ThresholdDither | Qt.ImageConversionFlag.AvoidDither
    return image.convertToFormat(QImage.Format.Format_Indexed8, colours, flags)


def _meant() -> list[int]:
    """The tones, and how they blend into the grounds they lie on at the edges of a sign."""
    worn = theme()
    grounds = [worn.color(name) for name in ("panel", "ground", "rail")]
    found = [colour.rgb() for colour in grounds]
    for name in ("ink", "soft", "teal", "amber", "red", "green", "violet"):
        tone = worn.color(name)
        found.append(tone.rgb())
        found += [_between(tone, ground, share).rgb() for ground in grounds for share in _BLENDS]
    return found


def _between(one: QColor, other: QColor, share: float) -> QColor:
    mixed = [
        round(a + (b - a) * share)
        for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)  # type: ignore[index]
    ]
    return QColor(*mixed)


def _above(window: QWidget) -> list[QWidget]:
    """Dialogs and menus that stand over the window, the first one lowest."""
    return [
        one
        for one in QApplication.topLevelWidgets()
        if one is not window
        and one.isVisible()
        and (parent := one.parentWidget()) is not None
        and parent.window() is window
        and not one.testAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    ]


def _place(window: QWidget, above: QWidget) -> QRect:
    """Where it stands: a menu where it is, a dialog in the middle, as a desktop would put it."""
    size = above.size()
    if isinstance(above, QMenu):
        return QRect(window.mapFromGlobal(above.pos()), size)
    free = window.size() - size
    return QRect(QPoint(free.width() // 2, max(0, free.height() // 2 - 12)), size)


def _put(picture: QPixmap, above: QPixmap, place: QRect) -> None:
    with QPainter(picture) as painter:
        painter.fillRect(QRect(QPoint(), picture.deviceIndependentSize().toSize()), _veil())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for grown in range(_SHADOW, 0, -2):
            painter.setBrush(QColor(0, 0, 0, 7))
            around = place.adjusted(-grown, -grown + 4, grown, grown + 4)
            painter.drawRoundedRect(around, grown, grown)
        painter.drawPixmap(place.topLeft(), above)
        painter.setPen(theme().color("line"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(place.adjusted(0, 0, -1, -1))


def _veil() -> QColor:
    return QColor(0, 0, 0, _VEIL)
