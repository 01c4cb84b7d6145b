"""In a process of its own: a file that may not grow, then one that may. Says what happened."""

# What it prints is what its test reads:
# ruff: noqa: T201

from __future__ import annotations

import resource
import signal
import sys
from pathlib import Path

from calmreply.adapters.storage import open_store
from calmreply.adapters.storage.sqlite import opening
from calmreply.app.ports.storage import Scope, Store
from calmreply.errors import KnownError
from calmreply.testing.contracts.storage import samples

MORE = samples.heard("big", "soup " * 100_000)


def limit(size: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def count(store: Store) -> int:
    with store.read() as tx:
        return tx.count(Scope.ALL)


def main(folder: Path) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    store = open_store(folder)
    samples.cases(store, 3)
    limit(folder.joinpath(opening.FILE).stat().st_size)
    try:
        samples.hear(store, MORE)
    except KnownError as error:
        print(error.code)
    print(count(store))
    limit(resource.RLIM_INFINITY)
    samples.hear(store, MORE)
    print(count(store), store.check())
    store.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
