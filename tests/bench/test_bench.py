"""`bench --quick` runs to its end and prints every line; what the figures are, it does not test."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from calmreply.bench import child
from calmreply.bench.figures import Figure, at, number
from calmreply.bench.sample import Corpus

CHECKOUT = Path(__file__).parents[2]
LINES = (
    "first paint",
    "first usable inbox",
    "peak memory",
    "frames under 8 ms while scrolling",
    "frame while scrolling by wheel, 99 of 100",
    "frame while scrolling by page, 99 of 100",
    "frame while scrolling by jump, 99 of 100",
    "search, words to rows, 95 of 100",
    "search, key to painted, 95 of 100",
    "FTS5 alone, 2,000 rows, half",
    "FTS5 alone, 95 of 100",
    "feed of 100 to searchable rows",
    "first round, 8 feeds, 40 entries",
    "first round, searchable rows a second",
)
JUDGED = (
    "first paint",
    "first usable inbox",
    "peak memory",
    "frames under",
    "words to rows",
    "rows a second",
)


@pytest.mark.timeout(1200)
def test_it_prints_every_line() -> None:
    environment = dict(os.environ, PYTHONPATH=str(CHECKOUT / "src"))
    done = subprocess.run(
        [sys.executable, "-m", "calmreply", "bench", "--quick"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=1100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    printed = done.stdout.splitlines()
    for what in LINES:
        found = [line for line in printed if line.startswith(what)]
        assert len(found) == 1, f"{what}: {found}"
        measured = re.match(r"^\D*?\s+([\d.,]+) (s|ms|MiB|%|/s)", found[0][len(what) :])
        assert measured is not None, found[0]
        assert float(measured[1].replace(",", "")) > 0
        if any(part in what for part in JUDGED):
            assert re.search(r"aim [\d.]+(x| ms| %): (met|MISSED)", found[0]), found[0]
    assert sum(line.startswith("round with nothing new") for line in printed) == 2


@pytest.mark.parametrize(
    ("figure", "ratio", "said"),
    [
        (Figure("a", 0.4, "s", 0.2, "bare", aim=2), 2.0, "aim 2x: met"),
        (Figure("a", 0.41, "s", 0.2, "bare", aim=2), 2.05, "aim 2x: MISSED"),
        (Figure("a", 0.6, "s", 0.2, "bare", aim=4, better=3), 3.0, "better 3x: met"),
        (Figure("a", 0.7, "s", 0.2, "bare", aim=4, better=3), 3.5, "better 3x: no"),
        (Figure("a", 5.1, "ms", aim=5), None, "aim 5 ms: MISSED"),
        (Figure("a", 99.0, "%", aim=99, at_least=True), None, "aim 99 %: met"),
        (Figure("a", 98.9, "%", aim=99, at_least=True), None, "aim 99 %: MISSED"),
        (Figure("a", 1.0, "ms"), None, "1 ms"),
    ],
)
def test_a_line_says_whether_the_aim_is_met(figure: Figure, ratio: float | None, said: str) -> None:
    assert figure.ratio == (None if ratio is None else pytest.approx(ratio))
    assert said in figure.line()


def test_the_share_below_which_most_lie() -> None:
    assert at(range(100), 0.95) == 95
    assert at([3.0], 0.99) == 3.0
    assert number(0.12345) == "0.123"
    assert number(1234.5) == "1,234"


def test_what_is_asked_is_the_same_every_time_and_can_be_found() -> None:
    asked = Corpus(seed=2).asked(30)
    assert asked == Corpus(seed=2).asked(30)
    assert {len(one.split()) for one in asked} == {1, 2, 3}
    assert all(one == one.strip() and one for one in asked)


def test_what_is_measured_is_compiled_once_like_an_installed_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    program = tmp_path / "program.py"
    program.write_text(
        "import json, sys; print(json.dumps({'anew': sys.dont_write_bytecode}))", encoding="utf-8"
    )
    assert child.run(program).data == {"anew": False}
