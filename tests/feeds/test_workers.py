"""The feed workers: limits that hold, deaths that cost one feed, nothing left running."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from calmreply.adapters.feeds import ParseLimits, WorkerFeedReader
from calmreply.errors import KnownError

ADDRESS = "https://shop.example/feed"
GOOD = (
    b"<rss version='2.0'><channel><title>Good</title><item><title>a</title></item></channel></rss>"
)

MISBEHAVING = """
import os, socket, sys
from calmreply.adapters.apart import worker
from calmreply.adapters.feeds import document

real = document.read

def read(body, headers, address, **more):
    word = body.decode().split()[0]
    if word == "die":
        os.kill(os.getpid(), 9)
    if word == "hang":
        while True:
            pass
    if word == "eat":
        bytearray(400_000_000)
    if word == "raise":
        raise ValueError("boom")
    if word == "print":
        print("hello", flush=True)
        return document.Document("printed", None, [], False)
    if word == "reach":
        done = []
        for reach in (lambda: open("/etc/hostname"), socket.socket, os.pipe):
            try:
                reach()
            except OSError as error:
                done.append(type(error).__name__)
        return document.Document(" ".join(done), None, [], False)
    if word == "environment":
        return document.Document(" ".join(sorted(os.environ)), None, [], False)
    return real(body, headers, address, **more)

document.read = read
sys.exit(worker.main())
"""

Make = Callable[..., WorkerFeedReader]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Readers whose workers misbehave on a word; ended after the test."""
    script = tmp_path / "misbehaving.py"
    script.write_text(MISBEHAVING, encoding="utf-8")
    made = []

    def make(**more: object) -> WorkerFeedReader:
        more.setdefault("workers", 1)
        reader = WorkerFeedReader(command=(sys.executable, str(script)), **more)  # type: ignore[arg-type]
        made.append(reader)
        return reader

    yield make
    for reader in made:
        reader.close()


def fault(reader: WorkerFeedReader, body: bytes) -> str:
    with pytest.raises(KnownError) as caught:
        reader.parse(body, {}, ADDRESS)
    assert caught.value.words
    assert caught.value.way_out
    return caught.value.code


def good(reader: WorkerFeedReader) -> bool:
    return reader.parse(GOOD, {}, ADDRESS).title == "Good"


def pid(reader: WorkerFeedReader) -> int:
    return reader._idle[0]._process.pid


def test_one_worker_serves_many_feeds(make: Make) -> None:
    reader = make()
    assert good(reader)
    first = pid(reader)
    assert all(good(reader) for _ in range(20))
    assert pid(reader) == first


@pytest.mark.parametrize(
    ("word", "code"),
    [
        (b"die now", "feed_crashed"),
        (b"hang on", "feed_too_slow"),
        (b"eat much", "feed_too_big"),
        (b"raise it", "feed_crashed"),
    ],
)
@pytest.mark.parametrize("used", [False, True], ids=["new worker", "used worker"])
def test_a_feed_that_ends_the_worker_costs_only_itself(
    make: Make, word: bytes, code: str, used: bool
) -> None:
    reader = make(limits=ParseLimits(seconds=1.5))
    if used:
        assert good(reader)
    begin = time.monotonic()
    assert fault(reader, word) == code
    assert time.monotonic() - begin < 4
    assert good(reader)


def test_a_worker_killed_between_two_feeds_is_not_noticed(make: Make) -> None:
    reader = make()
    assert good(reader)
    os.kill(pid(reader), 9)
    assert good(reader)
    worker = reader._idle[0]
    worker.alive = lambda: True  # type: ignore[method-assign]  # it dies right after the look
    worker._process.kill()
    worker._process.wait()
    assert good(reader)


def test_words_printed_by_a_library_do_not_get_between(make: Make) -> None:
    reader = make()
    assert reader.parse(b"print", {}, ADDRESS).title == "printed"
    assert good(reader)


@pytest.mark.skipif(sys.platform == "win32", reason="the system has no such limits")
def test_a_worker_opens_neither_file_nor_socket(make: Make) -> None:
    assert make().parse(b"reach out", {}, ADDRESS).title == "OSError OSError OSError"


def test_a_worker_sees_nothing_of_our_environment(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", "secret")
    assert "PASSWORD" not in make().parse(b"environment", {}, ADDRESS).title


def test_closing_ends_every_process_and_a_later_feed_starts_anew(make: Make) -> None:
    reader = make(workers=2)
    assert good(reader)
    process = reader._idle[0]._process
    reader.close()
    reader.close()
    assert process.poll() == 0
    assert good(reader)


def test_closing_while_busy_keeps_no_worker(make: Make) -> None:
    reader = make(limits=ParseLimits(seconds=1.0))
    assert good(reader)
    codes: list[str] = []
    thread = threading.Thread(target=lambda: codes.append(fault(reader, b"hang on")))
    thread.start()
    while reader._idle and thread.is_alive():
        thread.join(0.01)
    reader.close()
    thread.join()
    assert codes == ["feed_too_slow"]
    assert reader._idle == []


def test_many_threads_share_few_workers(make: Make) -> None:
    reader = make(workers=2)
    results: list[bool] = []
    threads = [threading.Thread(target=lambda: results.append(good(reader))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 8
    assert 1 <= len(reader._idle) <= 2


def test_a_worker_ends_with_the_program_that_started_it() -> None:
    command = [sys.executable, "-m", "calmreply.adapters.apart.worker", "12", "150000000"]
    env = {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env
    ) as worker:
        assert worker.stdin is not None
        worker.stdin.write(b"\0\0")  # half a word, then the program is killed
        worker.stdin.close()
        assert worker.wait(10) == 0


def test_the_program_itself_never_loads_the_parser() -> None:
    words = (
        "import sys; from calmreply.adapters.feeds import WorkerFeedReader as R; r = R();"
        f"assert r.parse({GOOD!r}, {{}}, '').title == 'Good'; r.close();"
        "assert not {'feedparser', 'nh3', 'xml.sax'} & sys.modules.keys()"
    )
    env = {"PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", words], check=True, env=env)


# --- hostile feeds, against the real limits ------------------------------------------------


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
def real() -> Iterator[WorkerFeedReader]:
    reader = WorkerFeedReader(workers=1)
    yield reader
    reader.close()


@pytest.mark.parametrize("name", WHOLE)
def test_a_hostile_field_costs_little_and_hides_nothing(real: WorkerFeedReader, name: str) -> None:
    begin = time.monotonic()
    got = real.parse(feed(WHOLE[name]), {}, ADDRESS)
    assert time.monotonic() - begin < 6
    assert got.entries[-1].key == "2"
    assert got.entries[0].key.startswith("1")
    assert all(len(entry.author) <= 500 for entry in got.entries)


def test_a_feed_too_long_for_the_time_brings_what_fits() -> None:
    reader = WorkerFeedReader(workers=1, limits=ParseLimits(seconds=2))
    try:
        assert good(reader)
        item = (
            b"<item><guid>%d</guid><description>" + b"&lt;p>soup " * 20 + b"</description></item>"
        )
        many = b"".join(item % number for number in range(3, 49_000))
        got = reader.parse(feed(many), {}, ADDRESS)
        assert got.cut_off
        assert 100 < len(got.entries) < 49_000
    finally:
        reader.close()


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
    real: WorkerFeedReader, name: str
) -> None:
    begin = time.monotonic()
    try:
        got = real.parse(OVER[name], {}, ADDRESS)
    except KnownError as error:
        assert error.code in {"not_a_feed", "feed_too_slow", "feed_too_big"}  # noqa: PT017 - fine too
    else:
        assert not any("root:" in entry.title for entry in got.entries)
    assert time.monotonic() - begin < 13
    assert good(real)
