"""Hostile feeds through the real worker: over within the limits, and the next one is fine."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from calmreply.adapters.apart import Limits, WorkerApart, process
from calmreply.adapters.feeds import WorkerFeedReader
from calmreply.errors import KnownError

ADDRESS = "https://shop.example/feed"
COSTS = 7.0
"""Seconds of the processor; so many of all seconds has a feed where nothing else is to do."""
HANGS = 240.0
"""Seconds; on a computer with nothing else to do it is a few."""
GOOD = (
    b"<rss version='2.0'><channel><title>Good</title><item><title>a</title></item></channel></rss>"
)


class Stopped:
    """`app.ports.Apart` that never brings anything."""

    def __init__(self, code: str) -> None:
        self.code = code

    def run(self, *_asked: object) -> None:
        raise KnownError(self.code, "It was stopped.", "Leave it out.")


def good(reader: WorkerFeedReader) -> bool:
    return reader.parse(GOOD, {}, ADDRESS).title == "Good"


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("apart_too_slow", "feed_too_slow"),
        ("apart_too_big", "feed_too_big"),
        ("apart_crashed", "feed_crashed"),
    ],
)
def test_what_was_stopped_is_told_as_a_feed(code: str, told: str) -> None:
    reader = WorkerFeedReader(Stopped(code))
    with pytest.raises(KnownError) as caught:
        reader.parse(GOOD, {}, ADDRESS)
    assert caught.value.code == told
    assert "feed" in caught.value.words
    assert caught.value.way_out
    assert reader.discover(b"<html>", {}, ADDRESS) == ()


def test_the_program_itself_never_loads_the_parser() -> None:
    words = (
        "import sys; from calmreply.adapters.feeds import WorkerFeedReader as R;"
        "from calmreply.adapters.apart import WorkerApart as A; a = A(); r = R(a);"
        f"assert r.parse({GOOD!r}, {{}}, '').title == 'Good'; a.close();"
        "assert not {'feedparser', 'nh3', 'xml.sax'} & sys.modules.keys()"
    )
    env = {"PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", words], check=True, env=env)


def feed(inside: bytes) -> bytes:
    item = b"<item><guid>%d</guid></item>"
    head = b"<rss version='2.0'><channel><title>Bad</title>" + item % 1
    return head + inside + item % 2 + b"</channel></rss>"


ATTRIBUTES = b" ".join(b'a%d="x"' % i for i in range(40_000))
NAMESPACES = b" ".join(b'xmlns:a%d="urn:%d"' % (i, i) for i in range(40_000))
WHOLE = {  # read to the end, both good entries found
    "author of letters": b"<item><author>" + b"a" * 80_000 + b"</author></item>",
    "author of dots": b"<item><author>" + b"a." * 40_000 + b"@</author></item>",
    "author of signs": b"<item><author>" + b"a@a-" * 20_000 + b"</author></item>",
    "attributes": b"<item " + ATTRIBUTES + b"/>",
    "attributes in broken markup": b"<item " + ATTRIBUTES + b">&</item>",
    "namespaces": b"<item " + NAMESPACES + b">" + b"<a1:x/>" * 20_000 + b"</item>",
    "categories": b"<item>" + b"<category>%d</category>" * 40_000 % (*range(40_000),) + b"</item>",
    "links": b"<item>" + b"<link href='x'/>" * 40_000 + b"</item>",
    "a long date": b"<item><pubDate>" + b"1-" * 40_000 + b"</pubDate></item>",
    "nested text": b"<item><description>" + b"&lt;div>" * 40_000 + b"</description></item>",
    "one id for all": b"<item><guid>1</guid><title>x</title></item>" * 5_000,
}  # fmt: skip


@pytest.fixture(scope="module")
def patient() -> Iterator[WorkerApart]:
    """A process that has been used, and all the time that a busy computer needs."""
    apart = WorkerApart(workers=1, limits=Limits(seconds=HANGS))
    assert good(WorkerFeedReader(apart))
    yield apart
    apart.close()


def worked(apart: WorkerApart) -> float:
    """Seconds of the processor that its one process has had; 0 where only the system knows."""
    (worker,) = apart._idle
    assert worker.pid is not None
    return process._processor_seconds(worker.pid) or 0.0


@pytest.mark.parametrize("name", WHOLE)
def test_a_hostile_field_costs_little_and_hides_nothing(patient: WorkerApart, name: str) -> None:
    before = worked(patient)
    got = WorkerFeedReader(patient, seconds=HANGS).parse(feed(WHOLE[name]), {}, ADDRESS)
    assert worked(patient) - before < COSTS
    assert got.entries[-1].key == "2"
    assert got.entries[0].key.startswith("1")
    assert all(len(entry.author) <= 500 for entry in got.entries)


def test_a_feed_too_long_for_the_time_brings_what_fits() -> None:
    apart = WorkerApart(workers=1, limits=Limits(seconds=90))
    reader = WorkerFeedReader(apart, seconds=1)
    try:
        assert good(reader)
        item = (
            b"<item><guid>%d</guid><description>" + b"&lt;p>soup " * 20 + b"</description></item>"
        )
        many = b"".join(item % number for number in range(3, 49_000))
        got = reader.parse(feed(many), {}, ADDRESS)
        assert got.cut_off
        assert 0 < len(got.entries) < 49_000
    finally:
        apart.close()


ENTITIES = (
    b'<!DOCTYPE rss [\n<!ENTITY a "aaaaaaaaaa">\n'
    + b"".join(b'<!ENTITY %c "%s">\n' % (c, b"&%c;" % (c - 1) * 100) for c in b"bcdefg")
    + b"]>" + feed(b"<item><title>&g;</title></item>")
)  # fmt: skip
OVER = {  # over within the limits, whatever came of it
    "a file named in the head": (
        b'<!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        + feed(b"<item><title>&f;</title></item>")
    ),
    "entities in entities": ENTITIES,
    "open angles": feed(b"<" * 500_000),
    "half tags": feed(b"<a " * 100_000),
    "short tags": feed(b"<a/" * 100_000),
    "deep nesting": feed(b"<a>" * 50_000),
    "white space before the root": b"\n" * 2_000_000 + feed(b""),
    "head without end": b"<?xml version='1.0'?>" + b"<!ENTITY " * 200_000 + feed(b""),
    "empty entries": feed(b"<item/>" * 60_000),
}


@pytest.mark.parametrize("name", OVER)
def test_a_hostile_feed_is_over_in_time_and_the_next_one_fine(
    reader: WorkerFeedReader, name: str
) -> None:
    begin = time.monotonic()
    try:
        got = reader.parse(OVER[name], {}, ADDRESS)
    except KnownError as error:
        assert error.code in {"not_a_feed", "feed_too_slow", "feed_too_big"}  # noqa: PT017 - fine too
    else:
        assert not any("root:" in entry.title for entry in got.entries)
    assert time.monotonic() - begin < HANGS
    assert good(reader)
