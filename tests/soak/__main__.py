"""`make soak`: everything that could send twice, lose or lie, again and again.

Each fault of each channel twenty times, the window killed twenty times at other moments, the send
path killed twice in one life, the real process killed at 200 calls of the system, its disk failing
at 40 and from there on, 1,000 replies raced for, in a folder and on a server; the line to the
server cut at each statement. Says its figures in a last line.

    python -m tests.soak [words for pytest]     CALMREPLY_SOAK=n for other numbers than 20
"""

# What it prints is what it is for:
# ruff: noqa: T201

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path
from time import monotonic

import pytest

TESTS = Path(__file__).parents[1]
WHAT = (
    *("soak", "app/test_send_killed.py", "journey/test_journey_killed.py"),
    "storage/test_sqlite_crash.py",
    *("outgoing/test_faults_mail.py", "outgoing/test_faults_wordpress.py"),
    *("outgoing/test_faults_social.py", "team/test_race.py", "team/test_cuts.py"),
)
TIMES = "20"


class Figures:
    """Counts by file how its tests ended."""

    def __init__(self) -> None:
        self.passed, self.failed, self.skipped = Counter[str](), Counter[str](), Counter[str]()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        name = Path(report.location[0]).stem.removeprefix("test_")
        if report.failed:
            self.failed[name] += 1
        elif report.skipped:
            self.skipped[name] += 1
        elif report.when == "call":
            self.passed[name] += 1

    def line(self, seconds: float) -> str:
        each = ", ".join(f"{name} {number}" for name, number in sorted(self.passed.items()))
        return (
            f"soak: {self.passed.total()} held ({each}), {self.failed.total()} did not,"
            f" {self.skipped.total()} left out, {seconds / 60:.0f} min"
        )


def main(words: list[str]) -> int:
    # Read when the tests are imported, in this process and in those that they start.
    os.environ.setdefault("CALMREPLY_SOAK", TIMES)
    figures, begin = Figures(), monotonic()
    paths = [str(TESTS / one) for one in WHAT]
    code = pytest.main(["-q", "--timeout=3600", *words, *paths], plugins=[figures])
    print(figures.line(monotonic() - begin))
    return int(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
