"""How high type is, role by role."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """Heights of type in device-independent pixels."""

    text: int = 13
    second: int = 12
    section: int = 11
    title: int = 17
    clock: int = 21

    @classmethod
    def scaled(cls, ratio: float) -> Sizes:
        return cls(*(round(px * ratio) for px in (13, 12, 11, 17, 21)))
