"""One `Theme` per application: palette, sizes and fonts, and following the system's light and dark.

`install(app)` puts it in place before the first widget; `theme()` gives it to whatever paints
itself. All sizes come from the system's own font: 13 px for text where the system asks for 13 or
less, more where it asks for more, times the person's own text scale.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, cast

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from calmreply.ui.kit.palette import DARK, LIGHT, Palette
from calmreply.ui.kit.sheet import sheet
from calmreply.ui.kit.sizes import Sizes

Mode = Literal["system", "light", "dark"]
Role = Literal["text", "second", "section", "title", "clock"]

_PROPERTY = "calmreply_theme"
_BASE = 13


class Theme(QObject):
    """Light or dark, and how large. `changed` comes after everything has been put on again."""

    changed = Signal()

    def __init__(self, app: QApplication, mode: Mode = "system", scale: float = 1.0) -> None:
        super().__init__(app)
        self._app = app
        self._mode: Mode = mode
        self._scale = scale
        self._base = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
        self._worn: tuple[Palette, Sizes] | None = None
        app.setStyle("Fusion")
        self._system = app.styleHints().colorScheme()
        self._ask_system()
        self.palette = self._wanted()
        self.sizes = self._measured()
        self._wear()
        app.styleHints().colorSchemeChanged.connect(self._on_scheme)

    @property
    def mode(self) -> Mode:
        return self._mode

    @property
    def scale(self) -> float:
        return self._scale

    def set_mode(self, mode: Mode) -> None:
        """Light, dark, or whatever the system has."""
        self._mode = mode
        self._ask_system()
        self._wear()

    def set_scale(self, scale: float) -> None:
        """The person's own text scale; 1.0 is the system's size. Kept between 0.8 and 3."""
        self._scale = min(3.0, max(0.8, scale))
        self._wear()

    def color(self, token: str) -> QColor:
        """A token of the palette, for painting."""
        return _color(cast("str", getattr(self.palette, token)))

    def font(self, role: Role = "text", *, strong: bool = False) -> QFont:
        """The font of a role; figures in it are tabular where the font can."""
        font = self._tabular()
        font.setPixelSize(cast("int", getattr(self.sizes, role)))
        if strong or role in ("section", "title", "clock"):
            font.setWeight(QFont.Weight.DemiBold)
        return font

    def _tabular(self) -> QFont:
        font = QFont(self._base)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def _measured(self) -> Sizes:
        system = QFontInfo(self._base).pixelSize()
        return Sizes.scaled(max(_BASE, system) / _BASE * self._scale)

    def _wanted(self) -> Palette:
        if self._mode == "system":
            return DARK if self._system == Qt.ColorScheme.Dark else LIGHT
        return DARK if self._mode == "dark" else LIGHT

    def _ask_system(self) -> None:
        """Title bars and native dialogs follow too where the system lets itself be asked."""
        hints = QGuiApplication.styleHints()
        match self._mode:
            case "system":
                hints.unsetColorScheme()
            case "light":
                hints.setColorScheme(Qt.ColorScheme.Light)
            case "dark":
                hints.setColorScheme(Qt.ColorScheme.Dark)

    def _on_scheme(self, scheme: Qt.ColorScheme) -> None:
        # While a mode is asked for, what comes is only the answer to our own asking.
        if self._mode == "system":
            self._system = scheme
            self._wear()

    def _wear(self) -> None:
        worn = (self._wanted(), self._measured())
        if worn == self._worn:
            return
        self._worn = worn
        self.palette, self.sizes = worn
        self._app.setPalette(_qpalette(self.palette))
        self._app.setFont(self.font())
        self._app.setStyleSheet(sheet(self.palette, self.sizes))
        self.changed.emit()


def install(app: QApplication, mode: Mode = "system", scale: float = 1.0) -> Theme:
    """Put a theme on `app` before the first widget is made; a second call changes the first's."""
    found = app.property(_PROPERTY)
    if isinstance(found, Theme):
        found.set_mode(mode)
        found.set_scale(scale)
        return found
    made = Theme(app, mode, scale)
    app.setProperty(_PROPERTY, made)
    return made


def theme() -> Theme:
    """The application's theme; one with the system's own light and dark if none was installed."""
    app = cast("QApplication", QApplication.instance())
    found = app.property(_PROPERTY)
    return found if isinstance(found, Theme) else install(app)


@lru_cache(maxsize=64)
def _color(value: str) -> QColor:
    return QColor(value)


def _qpalette(tokens: Palette) -> QPalette:
    role = QPalette.ColorRole
    colors = {
        role.Window: tokens.ground,
        role.WindowText: tokens.ink,
        role.Base: tokens.panel,
        role.AlternateBase: tokens.ground,
        role.Text: tokens.ink,
        role.PlaceholderText: tokens.soft,
        role.Button: tokens.panel,
        role.ButtonText: tokens.ink,
        role.BrightText: tokens.red,
        role.Highlight: tokens.teal,
        role.HighlightedText: tokens.on_teal,
        role.Link: tokens.teal,
        role.LinkVisited: tokens.violet,
        role.ToolTipBase: tokens.panel,
        role.ToolTipText: tokens.ink,
        role.Light: tokens.panel,
        role.Midlight: tokens.ground,
        role.Mid: tokens.line,
        role.Dark: tokens.soft,
        role.Shadow: tokens.shade,
    }
    made = QPalette()
    for which, value in colors.items():
        made.setColor(which, QColor(value))
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(tokens.soft))
    return made
