"""A real home: `calmreply listen poll`'s own rounds over all sources. Run as a file of its own.

Each source has a host of its own, as on the web, since one host is asked for one at a time; all of
them lead to the one server. The only other thing of its own is a keyring in memory.
"""

from __future__ import annotations

import json
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from calmreply import bootstrap
from calmreply.adapters.secrets import MemorySecrets
from calmreply.adapters.web import HttpWeb
from calmreply.app.home import Home
from calmreply.app.listening import listen
from calmreply.app.ports.storage import Source
from calmreply.bench.listening import feeds
from calmreply.cli import rounds
from calmreply.domain.mention import SourceId

WARM = 8


def main(folder: str, port: int, sources: int, again: int, more: int) -> None:
    web = HttpWeb(look_up=lambda _host, _port: ["127.0.0.1"])
    parts = bootstrap.Parts(secrets=MemorySecrets(), web=web)
    with bootstrap.open_home(Path(folder) / "home", parts) as opened:
        home = opened.home
        warm = [_add(home, port, f"warm{number}") for number in range(WARM)]
        _round(home)
        for one in warm:
            listen.remove_source(home, one)
        for number in range(sources):
            _add(home, port, str(number))
        before = _found(home)
        first = _timed(lambda: _round(home))
        said = {
            "first": first,
            "found": _found(home) - before,
            "again": [_timed(lambda: _round(home)) for _ in range(again)],
            "held": [_further(home, port) for _ in range(more)],
        }
    sys.stdout.write(json.dumps(said) + "\n")


def _add(home: Home, port: int, name: str) -> SourceId:
    address = f"http://source{name}.example:{port}/{name}"
    with home.store.write() as tx:
        return tx.add_source(
            Source(SourceId(""), listen.FEED, address, f"Source {name}", allow_private=True)
        )


def _found(home: Home) -> int:
    with home.store.read() as tx:
        return len(tx.search(feeds.FOUND_BY))


def _round(home: Home) -> None:
    failed = next((one.error for one in rounds.everything(home) if one.error is not None), None)
    if failed is not None:
        raise failed


def _further(home: Home, port: int) -> int | None:
    """A round after some sources went on; what this process and its workers hold then."""
    urllib.request.urlopen(f"http://127.0.0.1:{port}/more").close()
    _round(home)
    return held()


def held() -> int | None:
    """Bytes of memory in this process and those it started; None where the system is not Linux."""
    try:
        tasks = list(Path("/proc/self/task").iterdir())
    except OSError:
        return None
    started = [pid for task in tasks for pid in _told(task / "children").split()]
    return sum(map(_resident, ("self", *started)))


def _resident(pid: str) -> int:
    told = _told(Path("/proc") / pid / "status").splitlines()
    return sum(int(line.split()[1]) * 1024 for line in told if line.startswith("VmRSS"))


def _told(file: Path) -> str:
    """What it holds; nothing where its thread or process has ended meanwhile."""
    try:
        return file.read_text(encoding="ascii")
    except OSError:
        return ""


def _timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
