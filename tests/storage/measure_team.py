"""How fast a team's home is beside one in a file. Not a test: `make bench-team`.

Fills both with the same 100,000 mentions (or ROWS) and asks both for what a window asks for, turn
by turn. For each: the half of the times in milliseconds, and their ratio, which should stay below
2. Beside it the same of the work alone, of this process and the server's together: that is what a
busy computer does not lengthen, where two processes wait for each other.
"""

# It talks to the person at the terminal:
# ruff: noqa: T201

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.storage import measure
from tests.storage.cluster import OWNER, WORKER, missing, started

from calmreply.adapters.storage import open_store
from calmreply.adapters.storage.postgres import found_team, open_team
from calmreply.app.ports.storage import ReadTransaction, Scope, Store
from calmreply.domain.mention import CaseId

Asked = Callable[[ReadTransaction], object]
CASES, LINES_EACH = 2000, 3


def asked(corpus: measure.Corpus, rows: int) -> dict[str, Sequence[Asked]]:
    """What a window asks for; each once before it counts."""

    def search(words: str) -> Asked:
        return lambda tx: tx.rows(tx.search(words, limit=50))

    met = [" ".join(corpus.some(count)) for count in (1, 2, 3) for _ in range(40)]
    common = [
        " ".join(corpus.random.sample(measure.COMMON, count))
        for count in (1, 2, 3)
        for _ in range(15)
    ]
    some = [str(number) for number in range(rows, rows - 50, -1)]
    return {
        "search and 50 rows, words as met": [search(one) for one in met],
        "search and 50 rows, half typed": [search(one[: max(1, len(one) - 2)]) for one in met],
        "search and 50 rows, very common": [search(one) for one in common],
        "the first 200 ids": [lambda tx: tx.mention_ids(Scope.ALL, limit=200)] * 40,
        "200 ids from the middle": [
            lambda tx: tx.mention_ids(Scope.ALL, limit=200, offset=rows // 2)
        ]
        * 15,
        **{f"ids, {one.value}": [_ids(one)] * 9 for one in Scope},
        **{f"count, {one.value}": [_count(one)] * 25 for one in Scope},
        "the inbox opens": [_inbox] * 15,
        f"touched cases ({CASES})": [lambda tx: tx.touched_cases()] * 25,
        "50 rows": [lambda tx: tx.rows(some)] * 40,  # type: ignore[arg-type]  # ids are words
        "sources": [lambda tx: tx.sources()] * 25,
        "the lines of one case": [lambda tx: tuple(tx.lines(case=CaseId("7")))] * 40,
    }


def _inbox(tx: ReadTransaction) -> object:
    """As `app.queries.overview` and `beginning` ask for it."""
    tx.touched_cases()
    for scope in (Scope.ALL, Scope.OLDER):
        tx.count(scope)
    return tx.rows(tx.mention_ids(Scope.ALL, limit=200)[:50]), tx.sources()


def _ids(scope: Scope) -> Asked:
    return lambda tx: tx.mention_ids(scope)


def _count(scope: Scope) -> Asked:
    return lambda tx: tx.count(scope)


@dataclass
class Sides:
    """Both stores; `backend` is the server's process that answers ours."""

    file: Store
    server: Store
    backend: Path

    def worked(self) -> float:
        """Milliseconds of this process, and of the server's for it."""
        there = int(self.backend.read_text().split()[0]) / 1e6
        return time.process_time() * 1000 + there


def compare(what: str, calls: Sequence[Asked], sides: Sides) -> float:
    """One after the other, in a transaction of its own, as a window does it; the ratio of work."""
    stores = (sides.file, sides.server)
    took: tuple[list[float], list[float]] = ([], [])
    work: tuple[list[float], list[float]] = ([], [])
    for number, call in enumerate((calls[0], *calls)):
        for place, store in enumerate(stores):
            begin, busy = time.perf_counter(), sides.worked()
            with store.read() as tx:
                call(tx)
            if number:
                took[place].append((time.perf_counter() - begin) * 1000)
                work[place].append(sides.worked() - busy)
    times, works = (list(map(statistics.median, each)) for each in (took, work))
    ratio = works[1] / works[0]
    print(
        f"{what:34} file {times[0]:8.2f}  server {times[1]:8.2f}  ratio {times[1] / times[0]:5.2f}"
        f"   work {works[0]:7.2f} {works[1]:7.2f} {ratio:5.2f}"
    )
    return ratio


def main(rows: int) -> int:
    if lacking := missing():
        print(lacking)
        return 1
    with started() as cluster, tempfile.TemporaryDirectory() as folder:
        name = cluster.database()
        found_team(cluster.address(name, OWNER), WORKER)
        file, server = open_store(Path(folder)), open_team(cluster.address(name))
        for store in (file, server):
            measure.fill(store, measure.Corpus(), rows)
            measure.touch(store, CASES, LINES_EACH)
        with server._reading.connect() as connection:
            backend = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()
        sides = Sides(file, server, Path(f"/proc/{backend}/schedstat"))
        worst = max(
            compare(what, calls, sides) for what, calls in asked(measure.Corpus(), rows).items()
        )
        print(f"the worst of them: {worst:.2f}")
        for store in (file, server):
            store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
