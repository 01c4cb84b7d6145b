"""The parent's hold on one worker: its pipes, its wall clock, its end."""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from . import wire

_log = logging.getLogger(__name__)

_START_SECONDS: Final = 60.0
"""Of wall clock, until it is ready; a computer that has other things to do takes its time."""
_NICE: Final = 10
"""Added to its niceness: it gets a tenth of a core where others want it, and all of an idle one."""
_WAITED: Final = 0.25
"""What a second in which it did not have the processor counts."""
_STARVED: Final = 0.4
"""Of the time that passed: who had less of the processor was kept from working by other programs.
Less than what is left to it where as many bad jobs as ever run at once on two cores.
"""
_LOOK_SECONDS: Final = 0.5
"""Between two looks at one that was kept from working."""
_LEAVE_SECONDS: Final = 0.5
"""For whoever was told to end; then it is killed."""
_KEPT_ENVIRONMENT: Final = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Limits:
    """For one job: `seconds` of wall clock and of processor, `memory` in bytes on top.

    A killed one is over a moment later: within 12 s in all, and within four times as much where the
    computer is busy with other things and nobody else waits for the job's place. What the program
    itself holds of a job meanwhile comes on top: 150 MiB together.
    """

    seconds: float = 11.0
    memory: int = 110 * 1024 * 1024


class Ended(Exception):  # noqa: N818  # told by `reason`
    """The worker is no more: `too_slow` or `crashed`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Worker:
    """One process for the functions of one module; used by one thread at a time.

    It is started at its first job. `round` is the pool's own mark.
    """

    def __init__(self, command: Sequence[str], module: str, round_: int) -> None:
        self.module = module
        self.round = round_
        self.jobs = 0
        self.stepped_aside = False
        self._command = (*command, module)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._watched: object | None = None
        self._too_slow = False
        self._began: tuple[float, float] | None = None

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def age(self) -> float:
        """Seconds that it has been busy with its present job; 0 while it is still starting.

        Of processor, where that can be told: on a computer that is busy with other things every
        job takes long, and those that are good shall not lose their processes for it. Time that it
        spent waiting counts a quarter.
        """
        began = self._began
        if began is None or self._process is None:
            return 0.0
        waited, used = time.monotonic() - began[0], _processor_seconds(self._process.pid)
        return waited if used is None else max(used - began[1], waited * _WAITED)

    def step_aside(self) -> None:
        """Leave the processor to others who want it; there is no way back, where there is one."""
        with self._lock:
            if self._watched is None or self._process is None or self.stepped_aside:
                return
            self.stepped_aside = True
            if hasattr(os, "setpriority"):
                which = os.PRIO_PROCESS, self._process.pid
                with contextlib.suppress(OSError):  # it ended in this moment
                    os.setpriority(*which, os.getpriority(*which) + _NICE)

    def ask(self, head: bytes, body: bytes, seconds: float) -> dict[str, Any]:
        """One job, over in so many seconds. Raises `Ended`."""
        process = self._process or self._start()
        assert process.stdin is not None  # noqa: S101  # both are pipes, see `_start`
        assert process.stdout is not None  # noqa: S101
        self._began = time.monotonic(), _processor_seconds(process.pid) or 0.0
        try:
            with self._over_in(seconds):
                wire.send(process.stdin, head, body)
                answer = wire.receive_answer(process.stdout)
        finally:
            self._began = None
        self.jobs += 1
        return answer

    def end(self) -> None:
        """Let it end by itself, kill it where it does not."""
        if self._process is None:
            return
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    _log.debug("the pipe to a worker was already broken")
        self._ended(self._process)

    def _start(self) -> subprocess.Popen[bytes]:
        self._process = process = subprocess.Popen(  # noqa: S603  # our own module, no outside word
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        assert process.stdout is not None  # noqa: S101  # see above
        with self._over_in(_START_SECONDS):
            wire.receive(process.stdout)
        return process

    @contextlib.contextmanager
    def _over_in(self, seconds: float) -> Iterator[None]:
        """Kill the process unless the block is over in time; whatever ended it is `Ended`."""
        watched = object()
        with self._lock:
            self._watched = watched
        timer = self._look_after(seconds, watched, seconds)
        broken: Exception | None = None
        try:
            yield
        except (OSError, wire.BrokenFrame) as error:
            broken = error
        finally:
            timer.cancel()
            with self._lock:
                self._watched = None
        assert self._process is not None  # noqa: S101  # started before
        if broken is not None:
            code = self._process.wait() if self._too_slow else self._ended(self._process)
            slow = self._too_slow or code == -_signal_number("SIGXCPU")
            raise Ended("too_slow" if slow else "crashed") from broken
        if self._too_slow:  # it answered and was killed in the same moment
            raise Ended("too_slow")

    def _ended(self, process: subprocess.Popen[bytes]) -> int:
        try:
            return process.wait(timeout=_LEAVE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()

    def _look_after(self, pause: float, watched: object, seconds: float) -> threading.Timer:
        timer = threading.Timer(max(0.0, pause), self._expire, [watched, seconds])
        timer.daemon = True
        timer.start()
        return timer

    def _expire(self, watched: object, seconds: float) -> None:
        with self._lock:
            if self._watched is not watched or self._process is None:
                return
            if self._starved(seconds):
                self._look_after(_LOOK_SECONDS, watched, seconds)
                return
            self._too_slow = True
            self._process.kill()

    def _starved(self, seconds: float) -> bool:
        """Whether it is no fault of the job that its time is over."""
        began = self._began
        if began is None or self._process is None or self.stepped_aside:
            return False
        passed, used = time.monotonic() - began[0], _processor_seconds(self._process.pid)
        if used is None:
            return False
        return used - began[1] < passed * _STARVED and passed * _WAITED < seconds


def _processor_seconds(pid: int) -> float | None:
    """What a process has used of the processor; None where only the system knows."""
    if sys.platform != "linux":
        return None
    try:
        return time.clock_gettime(~pid << 3 | 2)  # the clock of a process, see clock_getcpuclockid
    except OSError:  # it has ended
        return None


def _environment() -> dict[str, str]:
    """Just what Python needs to start: no secret of the parent's environment goes along."""
    kept = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    kept["PYTHONPATH"] = os.pathsep.join(str(Path(part).absolute()) for part in sys.path if part)
    kept["PYTHONUTF8"] = "1"
    return kept


def _signal_number(name: str) -> int:
    import signal  # noqa: PLC0415  # needed after a death only

    return int(getattr(signal, name, 0))
