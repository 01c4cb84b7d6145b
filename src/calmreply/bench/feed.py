"""From the bytes of a feed to searchable rows, beside feedparser alone on the same bytes.

Both on one core, where the system can be told so; the worker is started before, because it is
kept for many feeds.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import feedparser

from calmreply.adapters.apart import Limits, WorkerApart
from calmreply.adapters.feeds import WorkerFeedReader
from calmreply.app.listening import listen
from calmreply.app.ports.storage import Source
from calmreply.bench.figures import half
from calmreply.bench.sample import Corpus, feed, open_home
from calmreply.domain.mention import SourceId
from calmreply.errors import KnownError
from calmreply.i18n import _

TYPE = {"content-type": "application/rss+xml; charset=utf-8"}
PATIENT = Limits(seconds=120.0)
"""Not the limits of the shipped program: a slow machine shall be measured, too."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds, half of the rounds each: ours from bytes to rows, feedparser alone."""

    ours: float
    alone: float


def measure(corpus: Corpus, entries: int, rounds: int) -> Measured:
    ours, alone = [], []
    with _one_core():
        apart = WorkerApart(workers=1, limits=PATIENT)
        reader = WorkerFeedReader(apart, seconds=PATIENT.seconds)
        try:
            reader.parse(feed(corpus, 20, "warm"), TYPE, "https://warm.example/")
            for number in range(rounds):
                body = feed(corpus, entries, f"round{number}")
                began = time.perf_counter()
                feedparser.parse(body, response_headers=TYPE)
                alone.append(time.perf_counter() - began)
                ours.append(_bytes_to_rows(reader, body, entries))
        finally:
            apart.close()
    return Measured(half(ours), half(alone))


def _bytes_to_rows(reader: WorkerFeedReader, body: bytes, entries: int) -> float:
    """Seconds; into an empty home each time. Raises KnownError `bench_stuck`."""
    with tempfile.TemporaryDirectory() as folder, open_home(Path(folder)) as home:
        address = "https://feed.example/"
        with home.store.write() as tx:
            known = tx.add_source(Source(SourceId(""), listen.FEED, address, "A feed"))
        source = listen.find_source(home, known)
        wall = home.clock.read().wall
        home.keys.installation()  # made once in the life of a home
        began = time.perf_counter()
        parsed = reader.parse(body, TYPE, address)
        listen.store_entries(home, source, parsed.entries, wall)
        took = time.perf_counter() - began
        with home.store.read() as tx:
            found = len(tx.search("thank you"))
        if found != entries:
            raise KnownError(
                "bench_stuck",
                _("Of {wanted} entries {found} were found again.").format(
                    wanted=entries, found=found
                ),
                _("This is a fault of CalmReply: please tell its makers."),
            )
        return took


@contextmanager
def _one_core() -> Iterator[None]:
    """Stay on one core, with every process that is started meanwhile."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
