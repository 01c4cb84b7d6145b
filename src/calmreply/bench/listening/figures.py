"""The measurements of listening: turn about, each beside feedparser alone and the library."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from calmreply.adapters.clock import SystemClock
from calmreply.bench import child
from calmreply.bench.child import Said
from calmreply.bench.figures import Figure, half
from calmreply.bench.listening import alone, feeds, home, library, server
from calmreply.bench.sample import Corpus
from calmreply.errors import KnownError
from calmreply.i18n import _

THREADS = (1, 8)
"""With how many threads `reader` is tried; for each figure what suits it best counts."""
WARM = (8, 20)
EARLY = slice(5, 15)


@dataclass(frozen=True, slots=True)
class Extent:
    """Feeds, entries of each, how often all is measured, rounds with something new at the end."""

    sources: int = 200
    entries: int = 50
    turns: int = 2
    again: int = 5
    further: int = 50


def measure(corpus: Corpus, extent: Extent) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        served = _write(folder, corpus, extent)
        bare: list[Said] = []
        ours: list[Said] = []
        theirs: dict[int, list[Said]] = {threads: [] for threads in THREADS}
        for turn in range(extent.turns):
            bare.append(child.run(Path(alone.__file__), str(folder / "alone")))
            for threads, said in theirs.items():
                said.append(_library(served, extent, threads))
            last = turn == extent.turns - 1
            ours.append(_home(served, extent, extent.further if last else 0))
    yield from _compared(extent, bare, ours, theirs)
    yield from _memory([one for one in ours[-1].data["held"] if one is not None])


def _compared(
    extent: Extent, bare: Sequence[Said], ours: Sequence[Said], theirs: dict[int, list[Said]]
) -> Iterator[Figure]:
    rows = extent.sources * extent.entries
    parsed = half([one.data["seconds"] for one in bare])
    first = half([one.data["first"] for one in ours])
    again = half([seconds for one in ours for seconds in one.data["again"]])
    name = f"first round, {extent.sources} feeds, {rows:,} entries"
    yield Figure(name, first, "s", parsed, "feedparser alone")
    yield Figure("round with nothing new", again, "s", parsed, "feedparser alone")
    if any(one.data.get("missing") for said in theirs.values() for one in said):
        return
    their_first = min(half([one.data["first"] for one in said]) for said in theirs.values())
    their_again = min(
        half([seconds for one in said for seconds in one.data["again"]]) for said in theirs.values()
    )
    yield Figure(
        "first round, searchable rows a second",
        rows / first,
        "/s",
        rows / their_first,
        "library reader",
        aim=5,
        better=8,
        at_least=True,
    )
    yield Figure("round with nothing new", again, "s", their_again, "library reader", aim=1)


def _memory(held: Sequence[int]) -> Iterator[Figure]:
    if not held:
        return
    early = held[EARLY] or held
    late = half(held[-len(early) :]) / 2**20
    name = f"memory after {len(held)} rounds"
    yield Figure(name, late, "MiB", half(early) / 2**20, "after ten", aim=1.1)


def _write(folder: Path, corpus: Corpus, extent: Extent) -> Path:
    """What is measured, and the same with a few more that get everything ready."""
    now = SystemClock().read().wall
    feeds.write(folder / "alone", corpus, extent.sources, extent.entries, now)
    feeds.write(folder / "warm", corpus, *WARM, now)
    served = folder / "served"
    served.mkdir()
    for file in (folder / "alone").iterdir():
        (served / file.name).write_bytes(file.read_bytes())
    for file in (folder / "warm").iterdir():
        (served / f"warm{file.name}").write_bytes(file.read_bytes())
    return served


def _library(served: Path, extent: Extent, threads: int) -> Said:
    with tempfile.TemporaryDirectory() as folder, _server(served) as port:
        words = (port, extent.sources, extent.again, threads)
        said = child.run(Path(library.__file__), folder, *map(str, words))
    if not said.data.get("missing"):
        _all_found(said, extent.sources * extent.entries)
    return said


def _home(served: Path, extent: Extent, further: int) -> Said:
    with tempfile.TemporaryDirectory() as folder, _server(served) as port:
        words = (port, extent.sources, extent.again, further)
        said = child.run(Path(home.__file__), folder, *map(str, words))
    _all_found(said, extent.sources * extent.entries)
    return said


def _all_found(said: Said, wanted: int) -> None:
    if said.data["found"] != wanted:
        raise KnownError(
            "bench_stuck",
            _("Of {wanted} entries {found} were found again.").format(
                wanted=wanted, found=said.data["found"]
            ),
            _("This is a fault of CalmReply: please tell its makers."),
        )


@contextmanager
def _server(folder: Path) -> Iterator[int]:
    """The feeds, on loopback; its port."""
    process = subprocess.Popen(  # noqa: S603 - our own file
        [sys.executable, server.__file__, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        said = cast("IO[str]", process.stdout).readline()
        try:
            yield json.loads(said)["port"]
        finally:
            cast("IO[str]", process.stdin).close()
