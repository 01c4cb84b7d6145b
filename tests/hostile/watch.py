"""A process looked at from outside: what it opened and where it connected to, and its memory.

The first is strace's word, the second that of /proc; both are Linux's.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

STRACE: Final = "strace"
_LINE: Final = re.compile(r"^(\d+)\s+(\w+)\((.*)$")
_PATH: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
_PLACE: Final = re.compile(
    r"sin_port=htons\((\d+)\), sin_addr=inet_addr\(\"([\d.]+)\"\)"
    r"|sin6_port=htons\((\d+)\).*?inet_pton\(AF_INET6, \"([^\"]+)\""
)
_LOCAL: Final = re.compile(r'sun_path=@?"([^"]*)"')
_CONNECTS: Final = frozenset({"connect", "sendto", "sendmsg", "sendmmsg", "bind"})
_READY: Final = "/proc/self/statm"
"""What a worker reads last before its limits are set."""
_EVERY: Final = 0.02


def missing() -> str:
    """What is not there to watch with; empty where it is."""
    if not Path("/proc/self/status").exists():
        return "/proc, as on Linux"
    return "" if shutil.which(STRACE) else "strace (on Debian: apt-get install strace)"


@dataclass
class Touched:
    """Paths that were asked for, HOST:PORT (or a local socket) that was connected to, programs."""

    paths: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    programs: set[str] = field(default_factory=set)


def traced(words: Sequence[str], record: Path) -> list[str]:
    """The words that run others under strace."""
    told = ["-f", "-qq", "-s", "4096", "-e", "trace=%file,%network", "-e", "signal=none"]
    return [STRACE, "--seccomp-bpf", *told, "-o", str(record), "--", *words]


def touched(record: Path, begins: str) -> Touched:
    """What was touched after the first call that names `begins`, by the process or its children.

    What a child opens until it asks for `_READY` is its own start, before a stranger's first byte.
    """
    found = Touched()
    begun = False
    starting: set[str] = set()
    with record.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if not begun:
                begun = begins in line
                continue
            matched = _LINE.match(line)
            if matched is None:
                continue
            call, told = matched[2], matched[3]
            if call in _CONNECTS:
                found.places |= set(_places(told))
            elif call in {"execve", "execveat"}:
                starting.add(matched[1])
                found.programs |= {one[1] for one in [_PATH.search(told)] if one}
            elif matched[1] in starting:
                if _READY in told:
                    starting.discard(matched[1])
            elif not call.startswith("recv"):
                found.paths |= {one[1] for one in _PATH.finditer(told)}
    return found


def _places(told: str) -> Iterator[str]:
    for one in _PLACE.finditer(told):
        yield f"{one[2] or one[4]}:{one[1] or one[3]}"
    for one in _LOCAL.finditer(told):
        yield one[1]


class Memory:
    """The most memory of a process and of each of its children, looked at again and again."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._over = threading.Event()
        self.first: dict[int, int] = {}
        self.most: dict[int, int] = {}
        self._thread = threading.Thread(target=self._look, name="memory")
        self._thread.start()

    def close(self) -> None:
        self._over.set()
        self._thread.join(5)

    @property
    def grown(self) -> int:
        """Bytes that the child which grew most took beyond the least that one of them needs."""
        children = {pid: most for pid, most in self.most.items() if pid != self._pid}
        ready = sorted(children.values())
        return max(children.values()) - ready[0] if ready else 0

    def _look(self) -> None:
        while not self._over.wait(_EVERY):
            for pid in (self._pid, *_children(self._pid)):
                if size := _peak(pid):
                    self.first.setdefault(pid, size)
                    self.most[pid] = size


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):  # a thread, or all of it, ended in this moment
        for task in list(Path(f"/proc/{pid}/task").iterdir()):
            with contextlib.suppress(OSError):
                found += map(int, (task / "children").read_text(encoding="ascii").split())
    return found


def _peak(pid: int) -> int:
    """The most bytes that a process held until now; 0 where it is gone."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
        return int(status.partition("VmHWM:")[2].split()[0]) * 1024
    return 0


@dataclass(frozen=True)
class Ran:
    """How a watched process ended."""

    code: int
    out: str
    err: str
    memory: Memory


def run(words: Sequence[str], environment: Mapping[str, str], seconds: float) -> Ran:
    """Run to the end. Raises TimeoutExpired, and has ended it then."""
    with subprocess.Popen(
        words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        memory = Memory(process.pid)
        try:
            out, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        finally:
            memory.close()
        return Ran(process.returncode, out, err, memory)
