"""The computer's clocks, and a team's: the only module of the product that reads one.

Ticks come from the clock that counts sleep and that nobody can set, and the boot is named by
something the system gives once per start of the computer:

==========  ==============================  =====================================================
system      ticks                           boot
==========  ==============================  =====================================================
Linux       `CLOCK_BOOTTIME`                `/proc/sys/kernel/random/boot_id`
macOS       `CLOCK_MONOTONIC_RAW`           sysctl `kern.bootsessionuuid`
Windows     `GetTickCount64`                the kernel's boot time less the bias it has collected
==========  ==============================  =====================================================

macOS: both monotonic clocks go on during sleep (`clock_gettime(3)`); only the raw one is never
adjusted to the wall clock. Windows: whenever somebody sets the wall clock the kernel moves its
boot time along and adds the same to the bias, so the difference stays what it was at the start;
its "boot identifier" names the installed system, not the boot, and is of no use here. A boot id
worked out from the wall clock would be a hole: set the clock, start the program again, and the
ticks of one boot would count twice.

A team has one clock, the database's. What that said last goes on by the ticks of this computer;
its wall clock has no part in it, so whoever sets that changes nothing. But somebody may set the
server's: where that is ahead of what passed here, it is told (`TeamClock.skip`).

Where nothing names the boot, each run of the program counts as a boot of its own; the time in
between is then time with the computer off, and counts once the clock has been confirmed.
"""

from __future__ import annotations

import ctypes
import logging
import os
import secrets
import struct
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from calmreply.domain.moment import AGREEMENT, SERVER, Reading, Skip

if TYPE_CHECKING:
    from collections.abc import Callable

_LOG = logging.getLogger(__name__)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_UPTIME = Path("/proc/uptime")
_OFFSETS = Path("/proc/self/timens_offsets")
_TIME_OF_DAY = struct.Struct("<QQQIIQQ")
"""Windows' SYSTEM_TIMEOFDAY_INFORMATION: boot time, now, zone bias, zone, -, boot bias, sleep bias;
times in 100 ns."""
_TIME_OF_DAY_CLASS = 3
_RUN = "run-"
_TOGETHER = 1.0
"""Seconds within which wall and ticks must be read to belong together (the lid may close between
the two)."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the ticks of one boot come from. `ticks` gives seconds, sleep included."""

    boot: str
    ticks: Callable[[], float]


class SystemClock:
    """`app.ports.Clock` of this computer. The boot is looked up once, when this is made."""

    def __init__(self, source: Source | None = None) -> None:
        self._source = source or find_source()

    def read(self) -> Reading:
        ticks = self._source.ticks()
        for _ in range(3):
            before, wall, ticks = ticks, _wall(), self._source.ticks()
            if ticks - before < _TOGETHER:
                break
        return Reading(wall, self._source.boot, ticks)

    def ticks(self) -> float:
        """Seconds of this boot, sleep included."""
        return self._source.ticks()

    def skip(self) -> Skip | None:
        """A computer's own clocks are compared by their readings."""
        return None


class TeamClock:
    """`app.ports.Clock` of a team's home. Asks nobody: it is told, at each turn to write."""

    def __init__(self, source: Source | None = None) -> None:
        self._own = SystemClock(source)
        self._last: tuple[Reading, float] | None = None
        self._skip: Skip | None = None

    def hear(self, said: float) -> None:
        """The server's clock says this, in seconds since 1970: now, or a moment ago."""
        own = self._own.read()
        skip = self._skipped(own, said)
        self._last, self._skip = (own, said), skip or self._skip

    def skip(self) -> Skip | None:
        """The last time that the server's clock was ahead of where it should have been, if ever."""
        return self._skip

    def _skipped(self, own: Reading, said: float) -> Skip | None:
        """At the first hearing only this computer's wall clock knows where it should be."""
        wall = (own.wall - _EPOCH).total_seconds()
        should, watched = wall, False
        if self._last is not None:
            before, then = self._last
            should = then + own.ticks - before.ticks
            # Of a computer that was frozen meanwhile the wall clock goes ahead as well.
            steady = abs(own.began - before.began) <= AGREEMENT
            watched = steady and not own.boot.startswith(_RUN)
        ahead = timedelta(seconds=said - should)
        return Skip(should, watched) if ahead > AGREEMENT else None

    def read(self) -> Reading:
        """Never ahead of the server's clock."""
        if self._last is None:
            raise RuntimeError("asked for the time before the server was")
        own, said = self._last
        ticks = said + self._own.ticks() - own.ticks
        return Reading(_EPOCH + timedelta(seconds=ticks), SERVER, ticks)


def find_source() -> Source:
    """The best source of ticks on this system; never fails."""
    try:
        if sys.platform == "linux":
            return _linux()
        if sys.platform == "darwin":
            return _macos()
        if sys.platform == "win32":
            return _windows()
    except (OSError, AttributeError, ValueError) as error:
        _LOG.warning("the system does not name its boot (%s); this run counts as one", error)
    return this_run()


def this_run() -> Source:
    """A source that takes this run of the program for a boot."""
    start = time.monotonic()
    return Source(f"{_RUN}{secrets.token_hex(16)}", lambda: time.monotonic() - start)


def windows_boot(time_of_day: bytes) -> str:
    """The name of a boot from the bytes of SYSTEM_TIMEOFDAY_INFORMATION."""
    booted, _, _, _, _, bias, _ = _TIME_OF_DAY.unpack(time_of_day)
    return f"windows-{(booted - bias) % 2**64:016x}"


def _wall() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - this is the one place that may


def _linux() -> Source:
    if sys.platform != "linux":
        raise OSError("not Linux")
    boot = UUID(_BOOT_ID.read_text(encoding="ascii").strip())
    time.clock_gettime(time.CLOCK_BOOTTIME)
    moved = _moved()
    return Source(str(boot), lambda: _since_boot() - moved)


def _since_boot() -> float:
    """`CLOCK_BOOTTIME`, unless it runs ahead of what the kernel writes into its own file.

    So it does where a library was put between Python and the kernel, which is easily done.
    """
    if sys.platform != "linux":
        raise OSError("not Linux")
    told = time.clock_gettime(time.CLOCK_BOOTTIME)
    try:
        kernel = float(os.pread(_uptime(), 64, 0).split()[0])
    except (OSError, ValueError, IndexError):
        return told
    return told if told - kernel < _TOGETHER else kernel


@cache
def _uptime() -> int:
    """The kernel's file, opened once: a round asks for the time a thousand times."""
    return os.open(_UPTIME, os.O_RDONLY)


def _moved() -> float:
    """Seconds by which this process's time namespace moves that clock; nobody needs to be root
    to be in one that runs hours ahead.
    """
    try:
        lines = _OFFSETS.read_text(encoding="ascii").splitlines()
        found = next(line.split() for line in lines if line.startswith("boottime"))
        return int(found[1]) + int(found[2]) / 1e9
    except (OSError, ValueError, IndexError, StopIteration):
        return 0.0


def _macos() -> Source:
    if sys.platform != "darwin":
        raise OSError("not macOS")
    libc = ctypes.CDLL(None, use_errno=True)
    text = ctypes.create_string_buffer(64)
    size = ctypes.c_size_t(ctypes.sizeof(text))
    if libc.sysctlbyname(b"kern.bootsessionuuid", text, ctypes.byref(size), None, 0) != 0:
        raise OSError(ctypes.get_errno(), "kern.bootsessionuuid cannot be read")
    boot = UUID(text.value.decode("ascii"))
    return Source(str(boot), lambda: time.clock_gettime(time.CLOCK_MONOTONIC_RAW))


def _windows() -> Source:
    if sys.platform != "win32":
        raise OSError("not Windows")
    data = ctypes.create_string_buffer(_TIME_OF_DAY.size)
    query = ctypes.WinDLL("ntdll").NtQuerySystemInformation
    status = query(_TIME_OF_DAY_CLASS, data, len(data), None)
    if status != 0:
        raise OSError(status, "the kernel does not tell its boot time")
    count = ctypes.WinDLL("kernel32").GetTickCount64
    count.restype = ctypes.c_uint64
    return Source(windows_boot(data.raw), lambda: float(count()) / 1000)
