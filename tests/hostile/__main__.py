"""`python -m tests.hostile`, or `make hostile`: the whole measurement, printed as one table.

A folder of hostile sites, mails, files and lists, and public suites of such, against the real
program on this computer: watched from outside for what it touches, with its clock and its memory
looked at, and with the real window open over it. Takes about ten minutes.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.hostile import folder, measure, watch

from calmreply.bench.figures import Figure

GOOD = 50


def main() -> int:
    """0 where every target is met."""
    if missing := watch.missing():
        sys.stderr.write(f"cannot be measured here: no {missing}\n")
        return 2
    missed = 0
    with tempfile.TemporaryDirectory() as name:
        for figure in whole(Path(name)):
            missed += not figure.met(figure.aim)
            sys.stdout.write(f"{figure.line()}\n")
            sys.stdout.flush()
    return 1 if missed else 0


def whole(root: Path) -> Iterator[Figure]:
    yield from _suites(_new(root, "suites"))
    with folder.opened(_new(root, "reach"), good=GOOD, slow=True) as one:
        home = one.home("home")
        found = one.poll(home, trace=True, seconds=900)
        yield from measure.reach(measure.looked_at(one, found, home), found)
    with folder.opened(_new(root, "costs"), good=1, slow=False) as one:
        yield from measure.costs(one.poll(one.home("home"), at_once=1, trace=False, seconds=900))
    yield from _beside(root)
    with folder.opened(_new(root, "window"), good=GOOD, slow=True) as one:
        seen = measure.held(one, one.home("home"), cases=100, seconds=300)
        yield Figure("sources asked by the window", seen["asked"], "", seen["sources"], "of")
        during, reading = (max(seen["gaps"].get(each, [0])) for each in ("polling", "reading"))
        yield Figure("the window held, polling", during, "ms", aim=measure.LONGEST_HELD)
        yield Figure("the window held, reading", reading, "ms", aim=measure.LONGEST_HELD)
        yield Figure("an idle window beside it, meanwhile", seen["idle"], "ms")
        work = max(seen["work"].values())
        yield Figure("its own work in one turn, at most", work, "ms", aim=measure.LONGEST_HELD)


def _beside(root: Path) -> Iterator[Figure]:
    alone: list[float] = []
    with folder.good_ones(_new(root, "alone"), GOOD) as one:
        home = one.home("home")
        alone += [one.poll(home, trace=False, seconds=100).good_took for _round in range(2)]
    with folder.opened(_new(root, "beside"), good=GOOD, slow=True) as one:
        home = one.home("home")
        for without, what, judged in zip(
            alone, ("first round", "later"), (False, True), strict=True
        ):
            took = one.poll(home, trace=False, seconds=900).good_took
            yield measure.beside(without, took, what, judged=judged)


def _suites(root: Path) -> Iterator[Figure]:
    found = measure.suites(root)
    for missing in found.missing:
        sys.stderr.write(f"left out: {missing}\n")
    yield Figure("files of public suites", len(found.said), "")
    crashed = _of(found.said, "feed_crashed", "apart_crashed")
    yield Figure("suites: parts that crashed", len(crashed), "", aim=0)
    yield Figure(
        "suites: longest parsing",
        max(one[2] for one in found.said),
        "s",
        aim=measure.LONGEST_PARSING,
    )
    yield Figure("suites: files opened", len(found.opened), "", aim=0)
    yield Figure("suites: connections made", len(found.connected), "", aim=0)


def _of(said: Iterable[tuple[str, str, float]], *codes: str) -> list[str]:
    return [name for name, what, _took in said if what in codes]


def _new(root: Path, name: str) -> Path:
    made = root / name
    made.mkdir()
    return made


if __name__ == "__main__":
    sys.exit(main())
