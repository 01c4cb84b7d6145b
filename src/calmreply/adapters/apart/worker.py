"""The feed worker: `python -m calmreply.adapters.apart.worker CPU_SECONDS MEMORY_BYTES`.

Reads one frame after the other from its standard input and answers each on its standard output,
until its input ends. It limits itself before it reads the first byte: memory and processor time,
no new file or socket, no core dump. Whatever a library loads late is loaded before that.

Answers: the feed, or `{"fault": ...}` with `not_a_feed`, `too_big` (it then ends, because its
memory is used up) or `broken`.
"""

from __future__ import annotations

import codecs
import contextlib
import gc
import os
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import IO, Any, Final

from calmreply.adapters.feeds import discovery, document

from . import wire

if sys.platform != "win32":
    import resource

_SHARE_FOR_PARSING: Final = 0.75
"""Of the time allowed; then we hand over what was found, rather than being killed with it."""
_RSS: Final = b"""<rss version='2.0'><channel><title>a</title><item><title>a &amp; b</title>
<author>a@shop.example (A)</author><pubDate>Tue, 10 Nov 2026 10:00:00 GMT</pubDate>
<description>&lt;p>x</description></item></channel></rss>"""
_LOOSE: Final = b"<rss><channel><item><title>a & b</title></item></channel></rss>"
_ATOM: Final = b"""<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>a</id>
<updated>2026-11-10T10:00:00Z</updated></entry></feed>"""


def main() -> int:
    cpu_seconds, memory = int(sys.argv[1]), int(sys.argv[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the program, which ends us
    incoming, outgoing = _pipes()
    _load_everything()
    _limit(memory)
    gc.freeze()
    while True:
        try:
            head, body = wire.receive(incoming)
        except wire.BrokenFrame:
            return 0
        _allow(cpu_seconds)
        answer = _answer(head, body, time.monotonic() + cpu_seconds * _SHARE_FOR_PARSING)
        del body
        try:
            wire.send(outgoing, answer)
        except OSError:  # the program is gone
            return 0
        if answer.get("fault") == "too_big":
            return 0
        del answer
        gc.collect()


def _answer(head: dict[str, Any], body: bytes, stop_at: float) -> dict[str, Any]:
    try:
        if head["do"] == "discover":
            return {"found": discovery.discover(body, head["headers"], head["address"])}
        feed = document.read(body, head["headers"], head["address"], stop_at=stop_at)
    except document.NotAFeed:
        return {"fault": "not_a_feed"}
    except MemoryError:
        return {"fault": "too_big"}
    except Exception:  # noqa: BLE001  # whatever a stranger's bytes did; the parent logs it
        return {"fault": "broken", "detail": traceback.format_exc(limit=-8)[-4_000:]}
    return {
        "title": feed.title,
        "link": feed.link,
        "rows": feed.rows,
        "cut_off": feed.cut_off,
    }


def _pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Our two ends; a stray `print` of a library goes to the standard error from now on."""
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return os.fdopen(0, "rb", closefd=False), outgoing


def _load_everything() -> None:
    for charset in document.CHARSETS:
        codecs.lookup(charset)
    for sample in (_RSS, _LOOSE, _ATOM):
        document.read(sample, {}, "https://shop.example/")
    discovery.discover(b"<html><head><link rel=alternate></head>", {}, "https://shop.example/")


def _limit(memory: int) -> None:
    if sys.platform == "win32":
        return
    wanted = [
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 4),  # the three standard ones and our own end: no other
    ]
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        wanted.insert(0, (resource.RLIMIT_AS, pages * resource.getpagesize() + memory))
    for what, most in wanted:
        # Where the system lacks one of them the parent's wall clock still holds.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def _allow(cpu_seconds: int) -> None:
    """Let this process use so many more seconds of processor time; the kernel ends it then."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(ValueError, OSError):
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        most = int(time.process_time()) + cpu_seconds + 1
        resource.setrlimit(resource.RLIMIT_CPU, (most, hard))


if __name__ == "__main__":
    sys.exit(main())
