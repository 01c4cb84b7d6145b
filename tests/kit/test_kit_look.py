"""Colours that can be read, sizes that follow the system, and a kit that stays light."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import product

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QApplication, QLabel

from calmreply.ui.kit.palette import DARK, LIGHT, Palette, Tone, contrast
from calmreply.ui.kit.sizes import Sizes
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.theme import Theme, install, theme

TONES: tuple[Tone, ...] = ("neutral", "teal", "amber", "red", "green", "violet")
READABLE = 4.5
"""WCAG 2.2, success criterion 1.4.3."""
VISIBLE = 3.0
"""WCAG 2.2, success criterion 1.4.11: signs and focus rings."""


def test_contrast_is_reckoned_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#123456", "#123456") == 1


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_every_pair_of_words_and_ground_can_be_read(palette: Palette) -> None:
    grounds = (palette.ground, palette.panel, palette.rail)
    tints = [palette.tint(tone) for tone in TONES]
    pairs = [*product((palette.ink, palette.soft), (*grounds, *tints))]
    pairs += product([palette.words(tone) for tone in TONES], grounds)
    pairs += [(palette.words(tone), palette.tint(tone)) for tone in TONES]
    pairs += [(palette.on_teal, palette.teal), (palette.on_teal, palette.teal_deep)]
    pairs += [(palette.teal_deep, palette.panel), (palette.teal_deep, palette.ground)]
    poor = [(*pair, contrast(*pair)) for pair in pairs if contrast(*pair) < READABLE]
    assert poor == []


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_focus_ring_is_seen_on_every_ground(palette: Palette) -> None:
    for ground in (palette.ground, palette.panel, palette.rail, palette.teal_tint):
        assert contrast(palette.teal, ground) >= VISIBLE


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_a_field_is_found_by_its_edge(palette: Palette) -> None:
    for ground in (palette.ground, palette.panel):
        assert contrast(palette.edge, ground) >= VISIBLE


def test_sizes_follow_the_scale(qapp: QApplication, worn: Theme) -> None:
    assert Sizes.scaled(1) == Sizes() == Sizes(13, 12, 11, 17, 21)
    label = PlainLabel("Words", "title")
    label.ensurePolished()
    before = label.font().pixelSize()
    worn.set_scale(2)
    assert worn.sizes.text == 2 * 13
    assert qapp.font().pixelSize() == 26
    label.ensurePolished()
    assert label.font().pixelSize() == 2 * before == 2 * 17
    worn.set_scale(99)
    assert worn.scale == 3, "no scale at which nothing fits any more"


def test_figures_are_tabular(worn: Theme) -> None:
    tag = QFont.Tag("tnum")
    label = QLabel("1:23")
    label.ensurePolished()
    for font in (worn.font("clock"), worn.font(), label.font()):
        assert font.isFeatureSet(tag)
        assert font.featureValue(tag) == 1


def test_light_and_dark_follow_the_system_unless_told(qapp: QApplication, worn: Theme) -> None:
    told: list[bool] = []
    worn.changed.connect(lambda: told.append(worn.palette.dark))
    system = qapp.styleHints().colorSchemeChanged
    worn.set_mode("system")
    system.emit(Qt.ColorScheme.Dark)
    assert worn.palette is DARK
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == DARK.ground
    system.emit(Qt.ColorScheme.Light)
    assert worn.palette is LIGHT
    worn.set_mode("dark")
    system.emit(Qt.ColorScheme.Light)
    assert worn.palette is DARK
    worn.set_mode("light")
    assert worn.palette is LIGHT
    assert told == [True, False, True, False], "told once for each change, and for nothing else"


def test_there_is_one_theme(qapp: QApplication, worn: Theme) -> None:
    assert theme() is worn
    assert install(qapp, "dark") is worn
    assert worn.palette is DARK


def test_the_kit_imports_nothing_of_the_domain() -> None:
    words = (
        "import sys, pkgutil, importlib, calmreply.ui.kit as kit\n"
        "for found in pkgutil.iter_modules(kit.__path__):\n"
        "    importlib.import_module(f'calmreply.ui.kit.{found.name}')\n"
        "from PySide6.QtWidgets import QApplication\n"
        "assert QApplication.instance() is None\n"
        "sys.stdout.write(' '.join(sorted(sys.modules)))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", words],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    loaded = ran.stdout.split()
    ours = {name for name in loaded if name.startswith("calmreply") and ".kit" not in name}
    # What is hidden in a text, or in an address, is the same question for whoever paints it.
    text_only = {"calmreply.domain", "calmreply.domain.disguise", "calmreply.domain.paths"}
    assert ours <= {"calmreply", "calmreply.ui", "calmreply.i18n", "calmreply.errors", *text_only}
    qt = {name for name in loaded if name.startswith("PySide6.Qt")}
    assert qt == {"PySide6.QtCore", "PySide6.QtGui", "PySide6.QtWidgets"}
