"""One round at every source of a home, as the program itself makes it. Run as a file of its own.

    poller.py HOME PLAN

Everything is the real thing but the keyring, which hands out what the plan holds. What is put in
between only looks at the clock. Says as JSON how each source did, and how long it took.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from calmreply.adapters import opml
from calmreply.adapters.apart.process import Limits as WorkerLimits
from calmreply.adapters.apart.process import Worker
from calmreply.adapters.web import HttpWeb, Limits
from calmreply.app.listening import polling, rhythm
from calmreply.bench.bare import peak
from calmreply.bootstrap.homes import Parts, open_home
from calmreply.cli import rounds
from calmreply.errors import KnownError
from calmreply.testing.secrets import FakeSecrets

if TYPE_CHECKING:
    from calmreply.app.home import Home
    from calmreply.app.listening.polling import Polled
    from calmreply.app.ports import Cancelled
    from calmreply.app.ports.storage import Source

_READY: Final = 28 * 1024 * 1024
"""Bytes that a worker holds before its first job."""
_ALONE: Final = 3_600.0
"""Seconds after which a slow one would have another beside it."""
BEGINS: Final = "/from-here-on-it-polls"
"""A file that there is not, asked for so that whoever watches from outside knows the moment."""


class Watch:
    """When each source's round began and ended, and how long its parsing took in all."""

    def __init__(self) -> None:
        self.rounds: dict[str, tuple[float, float]] = {}
        self.parsing: dict[str, float] = {}
        self.grown: dict[str, int] = {}
        self.together: dict[str, int] = {}
        self._at = threading.local()
        self._began = time.monotonic()
        self._poll, self._ask = polling.poll, Worker.ask
        setattr(polling, "poll", self.poll)  # noqa: B010 - it only looks
        watch = self

        def ask(worker: Worker, head: bytes, body: bytes, seconds: float) -> dict[str, Any]:
            began = time.monotonic()
            try:
                return watch._ask(worker, head, body, seconds)
            finally:
                watch.parsed(time.monotonic() - began, worker.pid)

        setattr(Worker, "ask", ask)  # noqa: B010 - it only looks

    def poll(self, home: Home, source: Source, cancelled: Cancelled | None = None) -> Polled:
        self._at.source, self._at.worker = source.address, 0
        began = time.monotonic() - self._began
        with contextlib.suppress(OSError):  # from here on the most memory is counted anew
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        before = peak() or 0
        try:
            return self._poll(home, source, cancelled)
        finally:
            self.rounds[source.address] = (began, time.monotonic() - self._began)
            grown = (peak() or 0) - before
            self.grown[source.address] = grown
            self.together[source.address] = grown + self._at.worker

    def parsed(self, seconds: float, worker: int | None) -> None:
        """All the work at a feed; of a mailbox or a box of mails, the longest at one mail."""
        name = getattr(self._at, "source", "")
        before = self.parsing.get(name, 0.0)
        feed = name.startswith("http")
        self.parsing[name] = before + seconds if feed else max(seconds, before)
        self._at.worker = max(self._at.worker, _grown(worker))


def _grown(worker: int | None) -> int:
    """Bytes that a worker took beyond what it began with; all it may where it is gone by now."""
    most = WorkerLimits().memory
    with contextlib.suppress(OSError, ValueError, IndexError):
        status = Path(f"/proc/{worker}/status").read_text(encoding="ascii", errors="replace")
        return min(int(status.partition("VmHWM:")[2].split()[0]) * 1024 - _READY, most)
    return most


def main(folder: str, plan_file: str) -> int:
    plan = json.loads(Path(plan_file).read_text(encoding="utf-8"))
    secrets = FakeSecrets()
    for name, value in plan["secrets"].items():
        secrets.set(name, value)
    web = HttpWeb(limits=Limits(seconds=plan["seconds"]))
    with open_home(Path(folder), Parts(secrets=secrets, web=web)) as opened:
        before = held()
        os.access(BEGINS, os.R_OK)
        watch = Watch()
        if plan["at_once"]:
            setattr(rounds, "AT_ONCE", plan["at_once"])  # noqa: B010 - to tell them apart
            setattr(rhythm, "SLOW_AFTER", _ALONE)  # noqa: B010 - likewise
        done = rounds.everything(opened.home)
        took = {name: list(times) for name, times in watch.rounds.items()}
        with opened.home.store.read() as tx:
            addresses = {one.id: one.address for one in tx.sources()}
        said = {
            "polled": [
                {
                    "address": addresses.get(one.source, ""),
                    "new": one.new,
                    "trouble": one.error.code if one.error else "",
                    "failed": one.failed,
                }
                for one in done
            ],
            "rounds": took,
            "parsing": watch.parsing,
            "grown": watch.grown,
            "together": watch.together,
            "lists": {name: _list(name) for name in plan["lists"]},
            "kept": held() - before,
        }
    sys.stdout.write(json.dumps(said) + "\n")
    return 0


def held() -> int:
    """Bytes of memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _list(name: str) -> list[Any]:
    began = time.monotonic()
    try:
        found = f"{len(opml.read_file(Path(name)).feeds)} feeds"
    except KnownError as error:
        found = error.code
    return [found, time.monotonic() - began]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
