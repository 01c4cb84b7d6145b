"""A part of the hostile folder in every run of the tests; the whole, with figures: make hostile.

What is touched for a stranger must be nothing at all. Times are told there only, because this
computer may have other things to do: here nothing may hang, and nobody wait for the slow.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.hostile import folder, measure, watch
from tests.yardstick import slowness

pytestmark = pytest.mark.skipif(bool(watch.missing()), reason=f"no {watch.missing()}")

REACHES = (
    "entity-", "dtd-", "stylesheet", "include", "schema", "markup", "entry-", "enclosure-links",
    "redirect", "channel-", "base-", "atom-", "json-lures", "json-halves", "json-types",
    "page-names",
    "page-base", "page-refresh", "names", "dates", "kind-", "mail-", "links.csv", "formulas.csv",
    "archive", "lures", "file.", "site.", "dtd.", "bomb-", "refresh-head", "alternate", "use-proxy",
    "length-", "chunk-", "head-nul", "etag-", "wait-", "status-", "coding-", "slow-body", "asks-",
)  # fmt: skip
HEAVY = (
    "bomb-of-19-MB", "json-many-entries", "attributes-40000", "author-of-dots", "deep-html",
    "open quote.csv", "huge cell.csv", "starts.mbox", "quoted.mbox", "title-of-5-MB", "commas.txt",
    "ampersands.opml", "mail-parts-20000", "mail-rfc822-20000", "mail-zip-bomb", "cdata",
)  # fmt: skip
SLOW = "slow-"
AT_ONCE = 6
"""Seconds that one may take where nothing is said of time: much more than the good ones need."""
DOWNLOAD = 20
"""Seconds that a slow one may take, so that the good ones have that long."""
HUNG = 500.0
"""Seconds after which a whole round is taken to hang."""
IN_THE_WAY = ("slow-head", "slow-body", "slow-lines", "deep-html", "no-http", "length-")
HANGS = 100.0
"""Seconds; by itself it would take less than 12."""
LONGEST_HELD = 1_500.0
"""Milliseconds; the aim is 100."""


@pytest.mark.timeout(1200)
def test_nothing_is_touched_for_a_stranger_and_no_poll_is_lost(tmp_path: Path) -> None:
    with folder.opened(
        tmp_path, good=10, slow=True, only=lambda name: name.startswith(REACHES)
    ) as one:
        home = one.home("home")
        found = one.poll(home, trace=True, download=AT_ONCE, seconds=HUNG)
        outcome = measure.looked_at(one, found, home)
    assert outcome == measure.Outcome((), (), (), (), 0, leaked=False)
    assert len(found.of(good=False)) > 100
    assert found.touched.paths, "strace saw nothing: it was not looking"
    assert {each["new"] for each in found.of(good=True)} == {20}
    assert sum(each["new"] for each in found.of(good=False)) > 300


@pytest.mark.timeout(1200)
def test_each_is_over_in_time_and_takes_little_memory(tmp_path: Path) -> None:
    with folder.opened(tmp_path, good=1, slow=False, only=lambda name: name in HEAVY) as one:
        found = one.poll(one.home("home"), trace=False, at_once=1, seconds=HUNG)
    assert {each["trouble"] for each in found.of(good=True)} == {""}
    hangs = HANGS * slowness()
    assert measure.longest_parsing(found) < hangs
    assert max(found.said["together"].values()) / 2**20 <= measure.MOST_MEMORY
    assert found.said["kept"] / 2**20 <= measure.MOST_MEMORY
    assert max(took for _what, took in found.said["lists"].values()) < hangs


@pytest.mark.timeout(1200)
def test_good_sources_are_not_kept_waiting(tmp_path: Path) -> None:
    with folder.opened(
        tmp_path, good=16, slow=True, only=lambda name: name.startswith(IN_THE_WAY)
    ) as one:
        home = one.home("home")
        one.poll(home, trace=False, download=AT_ONCE, seconds=HUNG)
        beside = one.poll(home, trace=False, download=DOWNLOAD, seconds=HUNG)
    assert len(beside.of(good=True)) == 16
    assert not any(each["failed"] for each in beside.of(good=True))
    assert beside.good_took < beside.took(SLOW)


@pytest.mark.timeout(1200)
def test_the_window_is_not_held(tmp_path: Path) -> None:
    with folder.opened(tmp_path, good=10, slow=False, only=lambda name: name in HEAVY[:9]) as one:
        before = slowness()
        found = measure.held(one, one.home("home"), cases=5, seconds=HUNG)
        slow = max(before, slowness())
    assert found["asked"] == found["sources"]
    longest = LONGEST_HELD * slow
    assert max(found["gaps"]["polling"]) < longest + found["idle"]
    assert 0 < max(found["work"].values()) < longest
    assert found["idle"] > 0, "the window beside it felt its pulse"
    assert found["opened"] == 5


@pytest.mark.timeout(1200)
def test_public_suites_are_read_without_a_crash(tmp_path: Path) -> None:
    found = measure.suites(tmp_path, every=15)
    assert [name for name, what, _took in found.said if what.endswith("crashed")] == []
    assert max((took for _name, _what, took in found.said), default=0) < HANGS * slowness()
    assert (found.opened, found.connected) == ((), ())
    if found.missing:
        pytest.skip(f"missing: {'; '.join(found.missing)}")
