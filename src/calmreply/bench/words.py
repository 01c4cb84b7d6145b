"""FTS5 alone: how fast the index itself answers, on a table that is thrown away."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from calmreply.adapters.storage.sqlite.driver import SQLITE
from calmreply.bench.sample import Corpus

POOL = 20_000
"""Texts that are used again and again: making a million of them would take longer than the rest."""

TABLE = """CREATE VIRTUAL TABLE words USING fts5(
    text, content='', columnsize=0, detail=none, prefix='1 2 3 4 5')"""
"""Kept as the search of a home is: no places of words, and lists of how words begin."""


def measure(corpus: Corpus, rows: int, questions: int) -> list[float]:
    """Milliseconds of each question: the newest fifty rows that hold all words."""
    with tempfile.TemporaryDirectory() as folder:
        connection = SQLITE.connect(Path(folder) / "words.db", isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(TABLE)
            pool = [" ".join(corpus.some(12)) for _ in range(min(POOL, rows))]
            connection.execute("BEGIN")
            connection.executemany(
                "INSERT INTO words(rowid, text) VALUES (?, ?)",
                ((row + 1, pool[row % len(pool)]) for row in range(rows)),
            )
            connection.execute("COMMIT")
            return [_ask(connection, words) for words in corpus.asked(questions)]
        finally:
            connection.close()


def _ask(connection: SQLITE.Connection, typed: str) -> float:  # type: ignore[name-defined]  # a driver of two
    words = [f'"{word}"' for word in typed.split()]
    asked = " AND ".join([*words[:-1], f"{words[-1]}*"])
    began = time.perf_counter()
    connection.execute(
        "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT 50", (asked,)
    ).fetchall()
    return (time.perf_counter() - began) * 1000
