"""One measured thing as a line: what it is, what stands beside it, and its aim."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` in `unit`; `beside` is what was measured here to compare it with, in the same unit.

    An aim is the most that `ratio` may be, or `value` where there is nothing to compare with;
    `at_least` turns it round.
    """

    what: str
    value: float
    unit: str
    beside: float | None = None
    beside_what: str = ""
    aim: float | None = None
    better: float | None = None
    at_least: bool = False

    @property
    def ratio(self) -> float | None:
        return self.value / self.beside if self.beside else None

    def met(self, aim: float | None) -> bool:
        measured = self.ratio if self.ratio is not None else self.value
        if aim is None:
            return True
        return measured >= aim if self.at_least else measured <= aim

    def line(self) -> str:
        beside = ""
        if self.beside is not None:
            beside = f"{self.beside_what} {number(self.beside)} {self.unit}"
        ratio = f"{self.ratio:.2f}x" if self.ratio is not None else ""
        return (
            f"{self.what:38} {number(self.value):>8} {self.unit:4} {beside:34} {ratio:>8}"
            f"  {self._aims()}"
        ).rstrip()

    def _aims(self) -> str:
        if self.aim is None:
            return ""
        mark = "x" if self.ratio is not None else f" {self.unit}"
        words = f"aim {self.aim:g}{mark}: {'met' if self.met(self.aim) else 'MISSED'}"
        if self.better is not None:
            words += f", better {self.better:g}{mark}: {'met' if self.met(self.better) else 'no'}"
        return words


def number(value: float) -> str:
    """Three figures are all that such a measurement has."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def at(values: Sequence[float], share: float) -> float:
    """The value below which this share of all lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def half(values: Sequence[float]) -> float:
    return statistics.median(values)
