"""The parent's side of the feed workers; implements `app.ports.FeedReader`.

A worker is kept and used for many feeds, because starting one costs as much as parsing hundreds
of entries. Each job has a wall clock here, whatever the worker does: at its end the worker is
killed. A killed or crashed worker is replaced at the next feed.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from calmreply.app.ports import FeedEntry, ParsedFeed
from calmreply.errors import KnownError
from calmreply.i18n import _

from calmreply.adapters.apart import wire

_log = logging.getLogger(__name__)

_MOST_FEEDS_PER_WORKER: Final = 500  # then a new one: memory it could not give back goes with it
_KEPT_ENVIRONMENT: Final = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class ParseLimits:
    """For one document: `seconds` of wall clock and of processor, `memory` in bytes on top."""

    seconds: float = 12.0
    memory: int = 150 * 1024 * 1024


class _WorkerEnded(Exception):  # noqa: N818  # told by `reason`
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class WorkerFeedReader:
    """Parses feeds in at most `workers` processes; any thread may call, others wait their turn.

    `command` starts a worker (the limits are added to it); by default this very Python. After
    `close` the processes are gone; a later call starts new ones.
    """

    def __init__(
        self,
        *,
        workers: int = 2,
        limits: ParseLimits | None = None,
        command: Sequence[str] | None = None,
    ) -> None:
        self._limits = limits or ParseLimits()
        self._command = [
            *(command or (sys.executable, "-P", "-m", "calmreply.adapters.apart.worker")),
            str(max(1, round(self._limits.seconds))),
            str(self._limits.memory),
        ]
        self._places = threading.BoundedSemaphore(workers)
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._round = 0  # counts `close`, so that a worker busy meanwhile is not kept

    def parse(self, body: bytes, headers: Mapping[str, str], address: str) -> ParsedFeed:
        """The entries of a feed; the errors are those of `app.ports.FeedReader`."""
        if not body.strip():
            raise KnownError(
                "empty_feed",
                _("This address sent nothing at all."),
                _("It is asked again later; check the address if this stays."),
            )
        answer = self._ask("parse", body, headers, address)
        return ParsedFeed(
            title=answer["title"],
            link=answer["link"],
            entries=tuple([_entry(row) for row in answer["rows"]]),
            cut_off=answer["cut_off"],
        )

    def discover(self, body: bytes, headers: Mapping[str, str], address: str) -> tuple[str, ...]:
        """Feed addresses that an HTML page names; empty where it names none or cannot be read."""
        try:
            return tuple(self._ask("discover", body, headers, address)["found"])
        except KnownError as error:
            _log.info("no feeds discovered at %s: %s", address, error.code)
            return ()

    def close(self) -> None:
        """End the processes. Safe to call twice."""
        with self._lock:
            self._round += 1
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.end()

    def _ask(
        self, what: str, body: bytes, headers: Mapping[str, str], address: str
    ) -> dict[str, Any]:
        head = {
            "do": what,
            "headers": {"content-type": headers.get("content-type", "")},
            "address": address.encode("utf-8", "replace").decode(),
        }
        with self._places:
            deadline = time.monotonic() + self._limits.seconds
            while True:
                worker = self._take()
                fresh = worker.jobs == 0
                answer = self._ask_one(worker, head, body, deadline)
                fault = answer.get("fault")
                # A worker that was used before may have died, or filled up, over earlier work.
                if fresh or fault not in ("crashed", "too_big"):
                    break
        if fault is not None:
            raise _known(fault)
        return answer

    def _ask_one(
        self, worker: _Worker, head: dict[str, Any], body: bytes, deadline: float
    ) -> dict[str, Any]:
        try:
            answer = worker.ask(head, body, deadline)
        except _WorkerEnded as ended:
            worker.end()
            return {"fault": ended.reason}
        except BaseException:
            worker.end()
            raise
        if detail := answer.get("detail"):
            _log.warning("feed at %s broke the parser:\n%s", head["address"], detail)
        self._give_back(worker, reusable=answer.get("fault") != "too_big")
        return answer

    def _take(self) -> _Worker:
        with self._lock:
            round_ = self._round
            while self._idle:
                worker = self._idle.pop()
                if worker.alive():
                    return worker
                worker.end()
        return _Worker(self._command, round_)

    def _give_back(self, worker: _Worker, *, reusable: bool) -> None:
        with self._lock:
            if reusable and worker.round == self._round and worker.jobs < _MOST_FEEDS_PER_WORKER:
                self._idle.append(worker)
                return
        worker.end()


class _Worker:
    """One process and its pipes; used by one thread at a time."""

    def __init__(self, command: list[str], round_: int) -> None:
        self.jobs = 0
        self.round = round_
        self._lock = threading.Lock()
        self._current: object | None = None
        self._too_slow = False
        self._process = subprocess.Popen(  # noqa: S603  # our own module, no word from outside
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )

    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, head: dict[str, Any], body: bytes, deadline: float) -> dict[str, Any]:
        """One job. Raises `_WorkerEnded` with `too_slow` or `crashed`."""
        assert self._process.stdin is not None  # noqa: S101  # both are pipes, see above
        assert self._process.stdout is not None  # noqa: S101
        self._current = job = object()
        timer = threading.Timer(max(0.0, deadline - time.monotonic()), self._expire, [job])
        timer.daemon = True
        timer.start()
        try:
            wire.send(self._process.stdin, head, body)
            answer, _nothing = wire.receive(self._process.stdout)
        except (OSError, wire.BrokenFrame) as error:
            code = self._process.wait() if self._too_slow else self._ended()
            slow = self._too_slow or code == -_signal_number("SIGXCPU")
            raise _WorkerEnded("too_slow" if slow else "crashed") from error
        finally:
            timer.cancel()
            with self._lock:
                self._current = None
        self.jobs += 1
        if self._too_slow:  # it answered and was killed in the same moment
            raise _WorkerEnded("too_slow")
        return answer

    def end(self) -> None:
        """Let it end by itself, kill it where it does not."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    _log.debug("the pipe to a feed worker was already broken")
        self._ended()

    def _ended(self) -> int:
        try:
            return self._process.wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def _expire(self, job: object) -> None:
        with self._lock:
            if self._current is job:
                self._too_slow = True
                self._process.kill()


def _environment() -> dict[str, str]:
    """Just what Python needs to start: no secret of the parent's environment goes along."""
    kept = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    kept["PYTHONPATH"] = os.pathsep.join(str(Path(part).absolute()) for part in sys.path if part)
    kept["PYTHONUTF8"] = "1"
    return kept


def _signal_number(name: str) -> int:
    import signal  # noqa: PLC0415  # needed after a death only

    return int(getattr(signal, name, 0))


def _entry(row: list[Any]) -> FeedEntry:
    key, link, title, author, text, published, updated, stars = row
    return FeedEntry(
        key,
        link,
        title,
        author,
        text,
        None if published is None else datetime.fromtimestamp(published, UTC),
        None if updated is None else datetime.fromtimestamp(updated, UTC),
        None if stars is None else (stars[0], stars[1]),
    )


def _known(fault: str) -> KnownError:
    match fault:
        case "not_a_feed":
            return KnownError(
                "not_a_feed",
                _("This address shows a page or a file, but no feed."),
                _("Look on the page for a link named RSS, Atom or feed, and use that address."),
            )
        case "too_slow":
            return KnownError(
                "feed_too_slow",
                _("Reading this feed took too long and was stopped."),
                _("Other sources are not affected. Tell the site, or remove this source."),
            )
        case "too_big":
            return KnownError(
                "feed_too_big",
                _("This feed needs more memory than is safe and was stopped."),
                _("Other sources are not affected. Ask the site for a shorter feed."),
            )
        case _:
            return KnownError(
                "feed_crashed",
                _("This feed could not be read: it stopped the part that reads feeds."),
                _("Other sources are not affected. It is tried again at the next round."),
            )
