"""The measurements one after the other, each with its aim; `--quick` only shows that they work."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from calmreply.bench import bare, child, feed, sample, window, words
from calmreply.bench.figures import Figure, at, half
from calmreply.bench.listening import figures as listening
from calmreply.bench.sample import Corpus
from calmreply.i18n import _

FRAME = 8.0
"""Milliseconds: two frames of a screen that shows 120 a second, or half of one that shows 60."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured, and how often."""

    mentions: int
    starts: int
    frames: int
    questions: int
    index: int
    entries: int
    rounds: int
    sources: listening.Extent


WHOLE = Size(100_000, 5, 500, 300, 1_000_000, 10_000, 5, listening.Extent())
QUICK = Size(1_000, 1, 10, 12, 2_000, 100, 1, listening.Extent(8, 5, 1, 1, 3))


def main(given: Sequence[str]) -> int:
    """Measure and print; 0 whatever the figures are."""
    size = QUICK if "--quick" in given else WHOLE
    _say(_head(size))
    corpus = Corpus()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        sample.fill(home, corpus, size.mentions)
        for figure in (*_opening(home, size), *_scrolling(home, size), *_searching(home, size)):
            _say(figure.line())
    for figure in (*_index(corpus, size), *_feed(corpus, size)):
        _say(figure.line())
    for figure in listening.measure(corpus, size.sources):
        _say(figure.line())
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _head(size: Size) -> str:
    screen = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0] or sys.platform
    return _("{mentions:,} mentions, {cores} cores, screen: {screen}").format(
        mentions=size.mentions, cores=os.cpu_count(), screen=screen
    )


def _opening(home: Path, size: Size) -> Iterator[Figure]:
    """Turn about, so that whatever else the machine does strikes both alike."""
    plain, ours = [], []
    for _round in range(size.starts + 1):
        plain.append(child.run(Path(bare.__file__)))
        ours.append(child.run(Path(window.__file__), str(home), "open", "0"))
    plain, ours = plain[1:], ours[1:]  # the first of each reads the files into memory
    paint = half([said.since("paint") for said in plain])
    beside = "bare window"
    yield Figure("first paint", half([s.since("paint") for s in ours]), "s", paint, beside, aim=2)
    yield Figure(
        "first usable inbox",
        half([said.since("usable") for said in ours]),
        "s",
        paint,
        beside,
        aim=4,
        better=3,
    )
    held = [said.megabytes for said in ours if said.megabytes is not None]
    bare_held = [said.megabytes for said in plain if said.megabytes is not None]
    if held and bare_held:
        yield Figure("peak memory", half(held), "MiB", half(bare_held), beside, aim=3, better=2)


def _scrolling(home: Path, size: Size) -> Iterator[Figure]:
    said = child.run(Path(window.__file__), str(home), "scroll", str(size.frames))
    ways = {name: said.data[name] for name in ("wheel", "page", "jump")}
    took = [one for way in ways.values() for one in way]
    share = 100 * sum(one < FRAME for one in took) / len(took)
    yield Figure("frames under 8 ms while scrolling", share, "%", aim=99, at_least=True)
    for name, way in ways.items():
        yield Figure(f"frame while scrolling by {name}, 99 of 100", at(way, 0.99), "ms")


def _searching(home: Path, size: Size) -> Iterator[Figure]:
    said = child.run(Path(window.__file__), str(home), "search", str(size.questions))
    yield Figure("search, words to rows, 95 of 100", at(said.data["asked"], 0.95), "ms", aim=5)
    yield Figure("search, key to painted, 95 of 100", at(said.data["shown"], 0.95), "ms")


def _index(corpus: Corpus, size: Size) -> Iterator[Figure]:
    took = words.measure(corpus, size.index, size.questions)
    name = f"FTS5 alone, {size.index:,} rows, half"
    yield Figure(name, half(took), "ms", aim=1)
    yield Figure("FTS5 alone, 95 of 100", at(took, 0.95), "ms")


def _feed(corpus: Corpus, size: Size) -> Iterator[Figure]:
    found = feed.measure(corpus, size.entries, size.rounds)
    name = f"feed of {size.entries:,} to searchable rows"
    yield Figure(name, found.ours, "s", found.alone, "feedparser alone", aim=1.6, better=1.25)
