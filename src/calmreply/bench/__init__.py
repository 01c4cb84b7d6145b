"""`make bench`: what the window costs on this machine, as a ratio to what is unavoidable here.

    run      the measurements, one after the other, each with its aim
    figures  one measured thing as a line
    sample   mentions, a home full of them, a feed
    child    a process that is measured from its start to its end
    bare     a bare PySide6 window; run as a file of its own, so that nothing of ours is imported
    window   the real window over a full home: its paint, its memory, scrolling, searching
    feed     from the bytes of a feed to searchable rows, beside feedparser alone
    words    FTS5 alone, on a throw-away table
    listening  many sources: a first round, one with nothing new, beside the library `reader`

Stands beside `bootstrap` and may import everything; nobody but `bootstrap` knows it. It prints
for itself as it goes. Importing it costs nothing: the measured processes pass through here.

The decision behind it: no number of another machine says anything here, so each figure stands
beside one that was measured in the same run.
"""

from __future__ import annotations

from collections.abc import Sequence


def main(words: Sequence[str]) -> int:
    """Measure, and print a line for each figure. Returns 0 whatever the figures are."""
    from calmreply.bench import run  # noqa: PLC0415 - see above

    return run.main(words)
