"""The tokens of the look, light and dark, as plain strings; no Qt, so that a test can reckon.

A tone is what a colour means: teal "do this", amber "wait", red "stop", green "done", violet
"somebody else's turn". Each has a colour for words and signs and a tint to lie on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tone = Literal["neutral", "teal", "amber", "red", "green", "violet"]


@dataclass(frozen=True, slots=True)
class Palette:
    """All colours as `#rrggbb`.

    `line` is a hairline between things, `edge` the outline by which a field is found, and `shade`
    the one shadow, drawn as a line under a card.
    """

    dark: bool
    ground: str
    panel: str
    rail: str
    ink: str
    soft: str
    line: str
    edge: str
    shade: str
    teal: str
    teal_tint: str
    on_teal: str
    teal_deep: str
    amber: str
    amber_tint: str
    red: str
    red_tint: str
    green: str
    green_tint: str
    violet: str
    violet_tint: str

    def words(self, tone: Tone) -> str:
        """The colour of words and signs of `tone`."""
        match tone:
            case "neutral":
                return self.soft
            case "teal":
                return self.teal
            case "amber":
                return self.amber
            case "red":
                return self.red
            case "green":
                return self.green
            case "violet":
                return self.violet

    def tint(self, tone: Tone) -> str:
        """The ground under words of `tone`; the panel itself for a neutral one."""
        match tone:
            case "neutral":
                return self.panel
            case "teal":
                return self.teal_tint
            case "amber":
                return self.amber_tint
            case "red":
                return self.red_tint
            case "green":
                return self.green_tint
            case "violet":
                return self.violet_tint


LIGHT = Palette(
    dark=False,
    ground="#f6f5f1",
    panel="#fffefb",
    rail="#ecebe5",
    ink="#20302e",
    soft="#5d6b68",
    line="#dddbd2",
    edge="#858e8a",
    shade="#e6e4dc",
    teal="#0f6b66",
    teal_tint="#e3f0ee",
    on_teal="#ffffff",
    teal_deep="#0b5753",
    amber="#8f5a08",
    amber_tint="#fbf0db",
    red="#a8402c",
    red_tint="#f8e5e0",
    green="#2f7347",
    green_tint="#e2f0e5",
    violet="#5b4a8a",
    violet_tint="#ece8f5",
)

DARK = Palette(
    dark=True,
    ground="#1b2120",
    panel="#232a29",
    rail="#171c1b",
    ink="#e7ecea",
    soft="#9aa8a5",
    line="#36403e",
    edge="#6b7976",
    shade="#141918",
    teal="#5cc0b8",
    teal_tint="#1d3b39",
    on_teal="#10201f",
    teal_deep="#79d0c9",
    amber="#e3ad55",
    amber_tint="#3d301a",
    red="#ec8f79",
    red_tint="#43261f",
    green="#7fc897",
    green_tint="#203826",
    violet="#b7a8e6",
    violet_tint="#2f2945",
)


def contrast(one: str, other: str) -> float:
    """The contrast of two `#rrggbb` colours after WCAG 2.2, from 1 (none) to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    red, green, blue = (_linear(int(color[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    """An sRGB channel from 0 to 1 as light, by the formula of WCAG 2.2."""
    straight_below = 0.04045
    return channel / 12.92 if channel <= straight_below else ((channel + 0.055) / 1.055) ** 2.4
