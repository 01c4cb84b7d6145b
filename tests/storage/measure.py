"""How fast the store is. Not a test: `PYTHONPATH=src python tests/storage/measure.py [ROWS]`.

Fills a store of 100,000 mentions (or ROWS) in a new folder under the system's temporary one, and
prints what each thing a window asks for takes, in milliseconds: half, 95 of 100, all of them.
"""

# It talks to the person at the terminal, and draws words by lot:
# ruff: noqa: T201, S311

from __future__ import annotations

import itertools
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from calmreply.adapters.storage import open_store
from calmreply.adapters.storage.sqlite.store import SqliteStore
from calmreply.app.ports.storage import Scope, Source, Store
from calmreply.domain.journal import Line, Written, payload_hash
from calmreply.domain.mention import CaseId, Heard, Origin, SourceId, Stars

BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)
BATCH = 10_000
SALT, SAID = b"0123456789abcdef", '{"a":"' + "x" * 300 + '"}'
COMMON = """
    the and to of was in is it for we with they that you this but on not at had as were be have
    so very are good food service great there place staff time back would all from when no out
    me really just friendly after our nice went like one here been ordered came again order
    only people never will restaurant what because about table who their also even waited if
    can which could more rude minutes
""".split()  # noqa: SIM905 - a list of words reads better so


class Corpus:
    """Reviews by Zipf's law: few words everywhere, a long tail of names and slips."""

    def __init__(self, seed: int = 1, rare: int = 60_000) -> None:
        self.random = random.Random(seed)
        self.words = COMMON + sorted({self._word() for _ in range(rare)}, key=len)
        self._weights = list(itertools.accumulate(1 / (i + 2.7) for i in range(len(self.words))))

    def _word(self) -> str:
        letters = "bcdfghlmnprst", "aeiou"
        length = 3 + min(int(self.random.expovariate(0.3)), 11)
        return "".join(self.random.choice(letters[i % 2]) for i in range(length))

    def some(self, count: int) -> list[str]:
        return self.random.choices(self.words, cum_weights=self._weights, k=count)

    def mentions(self, begin: int, count: int) -> Iterator[Heard]:
        for i in range(begin, begin + count):
            author = " ".join(word.title() for word in self.random.choices(self.words, k=2))
            yield Heard(
                key=f"https://reviews.example/{i}",
                author=author,
                text=" ".join(self.some(self.random.randint(10, 80))),
                origin=Origin.FEED,
                title=" ".join(self.some(4)),
                url=f"https://reviews.example/{i}",
                site="Example reviews",
                stars=Stars(self.random.randint(1, 5)),
                published=BEGIN + timedelta(minutes=i),
            )


def timed(what: str, calls: list[Callable[[], object]], rounds: int = 1) -> None:
    """Times on the clock, and of this process alone, which a busy computer does not lengthen."""
    for call in calls[:3]:
        call()
    took, worked = [], []
    for call in calls * rounds:
        begin, busy = time.perf_counter(), time.process_time()
        call()
        took.append((time.perf_counter() - begin) * 1000)
        worked.append((time.process_time() - busy) * 1000)
    print(f"{what:48} {shares(took)}   alone {shares(worked)}")


def shares(times: list[float]) -> str:
    times = sorted(times)
    most = times[int(len(times) * 0.95)]
    return f"half {times[len(times) // 2]:7.3f}  95 % {most:7.3f}  all {times[-1]:7.3f}"


def fill(store: Store, corpus: Corpus, rows: int) -> SourceId:
    with store.write() as tx:
        source = tx.add_source(Source(SourceId(""), "feed", "https://a.example/feed", "A"))
    took = []
    for begin in range(0, rows, BATCH):
        batch = list(corpus.mentions(begin, min(BATCH, rows - begin)))
        older = [i % 20 == 0 for i in range(len(batch))]
        start = time.perf_counter()
        with store.write() as tx:
            tx.add_mentions(source, batch, BEGIN, older=older, rules_line=0)
        took.append((time.perf_counter() - start) / len(batch) * 1000)
    took.sort()
    print(
        f"add_mentions, {BATCH} new in one call: {took[0]:.4f} to {took[-1]:.4f} ms each,"
        f" half {took[len(took) // 2]:.4f}"
    )
    start = time.perf_counter()
    with store.write() as tx:
        tx.add_mentions(source, batch, BEGIN, older=older, rules_line=0)
    print(f"the same again: {(time.perf_counter() - start) / len(batch) * 1000:.4f} ms each")
    return source


def touch(store: Store, cases: int, lines_each: int) -> None:
    """A journal: some cases with facts, most of them closed."""
    start = time.perf_counter()
    with store.write() as tx:
        number, before = tx.head()
        for case in range(1, cases + 1):
            for i in range(lines_each):
                ends = i == lines_each - 1 and case % 10
                line = Line(
                    number + 1,
                    before,
                    "debriefed" if ends else "page_read",
                    str(case),
                    "",
                    "anna",
                    "2026-01-05T09:00:00.000Z",
                    payload_hash(SALT, SAID),
                    "k",
                    b"s" * 64,
                )
                tx.append(Written(line, SAID, SALT))
                number, before = number + 1, line.hash
    took = (time.perf_counter() - start) / (cases * lines_each) * 1000
    print(f"append: {took:.4f} ms a line ({cases * lines_each} lines)")


def searches(store: SqliteStore, corpus: Corpus) -> None:
    def found(words: str) -> Callable[[], object]:
        def call() -> object:
            with store.read() as tx:
                return tx.rows(tx.search(words, limit=50))

        return call

    def asked(words: str) -> Callable[[], object]:
        def call() -> object:
            with store.read() as tx:
                return tx.search(words, limit=50)

        return call

    def raw(words: str) -> Callable[[], object]:
        match = " ".join(f'"{word}"' for word in words.split())
        sql = "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT 50"

        def call() -> object:
            return connection.exec_driver_sql(sql, (match,)).all()

        return call

    half = [" ".join(corpus.some(n)) for n in (1, 2, 3) for _ in range(100)]
    cut = [words[: max(1, len(words) - 2)] for words in half]
    common = [" ".join(corpus.random.sample(COMMON, n)) for n in (1, 2, 3) for _ in range(30)]
    for name, words in (("as met", half), ("half typed", cut), ("very common", common)):
        timed(f"search and 50 rows, 1-3 words {name}", [found(one) for one in words])
        timed(f"search alone, 1-3 words {name}", [asked(one) for one in words])
    with store._engine.connect() as connection:
        timed("FTS5 alone, 1-3 whole words as met", [raw(one) for one in half])


def main(rows: int) -> None:
    corpus = Corpus()
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder))
        fill(store, corpus, rows)
        size = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6
        print(f"{rows} mentions: {size:.0f} MB")
        touch(store, 2000, 15)
        searches(store, corpus)
        with store.read() as tx:
            timed("the first 200 ids", [lambda: tx.mention_ids(Scope.ALL, limit=200)] * 50)
            timed(
                "200 ids from the middle",
                [lambda: tx.mention_ids(Scope.ALL, limit=200, offset=rows // 2)] * 20,
            )
            timed("all ids", [lambda: tx.mention_ids(Scope.ALL)] * 10)
            for scope in Scope:
                timed(f"count {scope.value}", [lambda s=scope: tx.count(s)] * 30)  # type: ignore[misc]
            timed("touched cases (2,000)", [tx.touched_cases] * 30)
            ids = tx.mention_ids(Scope.ALL, limit=50)
            timed("50 rows", [lambda: tx.rows(ids)] * 50)
            timed("sources", [tx.sources] * 30)
            one = CaseId("7")
            timed("the lines of one case", [lambda: tuple(tx.lines(case=one))] * 50)

        def small() -> None:
            with store.write() as tx:
                tx.set_setting("a", str(time.perf_counter()))

        timed("one small write transaction", [small] * 50)
        store.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
