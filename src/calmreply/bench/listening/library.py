"""The feed library `reader`: the same job, in its own best way. Run as a file of its own.

Says nothing but `missing` where it is not installed: only whoever develops this has it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from calmreply.bench.listening import feeds

try:
    import feedparser_sgmllib

    # Its own copy of feedparser asks for it by the name it had before, and does not require that.
    sys.modules.setdefault("sgmllib", feedparser_sgmllib)
    import reader as library
except ImportError:
    library = None  # type: ignore[assignment]  # told below


def main(folder: str, port: int, sources: int, rounds: int, workers: int) -> None:
    if library is None:
        sys.stdout.write(json.dumps({"missing": True}) + "\n")
        return
    with library.make_reader(str(Path(folder) / "reader.db")) as reader:
        reader.enable_search()
        warm = f"http://127.0.0.1:{port}/warm0"
        reader.add_feed(warm)
        reader.update_feed(warm)
        reader.update_search()
        reader.delete_feed(warm)
        reader.update_search()
        for number in range(sources):
            reader.add_feed(f"http://127.0.0.1:{port}/{number}")

        def one_round() -> None:
            reader.update_feeds(scheduled=False, workers=workers)
            reader.update_search()

        first = _timed(one_round)
        found = reader.search_entry_counts(feeds.FOUND_BY).total
        again = [_timed(one_round) for _ in range(rounds)]
    sys.stdout.write(json.dumps({"first": first, "again": again, "found": found}) + "\n")


def _timed(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
