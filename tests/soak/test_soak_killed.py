"""The real process killed in the middle of a send, by `strace -e inject`, at points all over it.

A dry run tells which calls of the system a send makes, in their order. Then for each of the points
a fresh copy of the home sends to a real mail server, and dies at that call, before it is carried
out. Another process recovers; what it says is held against what the server has; a person does what
is asked of them; and in the end the server has the letter exactly once.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.soak import shop
from tests.soak.helpers import STRACE, WHOLE, PostOffice, Sender, spread, told
from tests.soak.shop import COOLED, Place

if TYPE_CHECKING:
    from tests.cli.conftest import Certificate

pytestmark = [
    pytest.mark.skipif(STRACE is None or sys.platform != "linux", reason="needs strace"),
    pytest.mark.timeout(3600),
]
CALLS = (
    *("pwrite64", "fsync", "fdatasync", "ftruncate", "unlink", "rename", "write"),
    *("connect", "sendto", "recvfrom", "shutdown", "close", "openat", "socket", "getrandom"),
    *("fcntl", "lseek", "pread64", "newfstatat", "fstat", "read", "poll", "getsockname"),
)
POINTS = 200 if WHOLE else 6
FEWER = 8
"""Calls of one name that a send can do without, where it had to wait for the processor."""
STARVED = 40 if WHOLE else 3
LINE = re.compile(r"^(\d+) +(\w+)\((\w*)")


class Shop:
    """A home with one reply that is ready, and copies of it."""

    def __init__(self, folder: Path, certificate: Certificate, office: PostOffice) -> None:
        self._folder = folder / "whole"
        self._folder.mkdir()
        self.office = office
        self.place = Place(str(self._folder), 0, str(certificate.chain), office.port)
        ((self.case, _entry),) = shop.found(self.place, 1)
        self._copies = 0

    def copy(self) -> Place:
        self._copies += 1
        folder = self._folder.with_name(f"copy-{self._copies}")
        shutil.copytree(self._folder, folder)
        self.office.taken.clear()
        return replace(self.place, folder=str(folder), minutes=COOLED)

    def drop(self, place: Place) -> None:
        shutil.rmtree(place.folder)


@dataclass(frozen=True)
class Call:
    """A call of the system in a send: the `when`-th of its name; `at`: on what open file."""

    name: str
    when: int
    at: str


def calls(a_shop: Shop, sender: Sender, log: Path) -> list[Call]:
    """What a send that goes well calls, in order."""
    place = a_shop.copy()
    words = ["-o", str(log), "-e", f"trace={','.join(CALLS)}"]
    did = sender.traced(place, words, [a_shop.case])
    assert did["said"] == {a_shop.case: "sent"}
    a_shop.drop(place)
    found, seen = [], Counter[str]()
    lines = [LINE.match(line) for line in log.read_text().splitlines()]
    main = next(line[1] for line in lines if line)
    for line in lines:
        if line and line[1] == main:
            seen[line[2]] += 1
            found.append(Call(line[2], seen[line[2]], line[3]))
    return found


def to_die_at(found: list[Call]) -> list[Call]:
    """Points all over it; in a slice, half of them are where the letter has just left."""
    if WHOLE:
        return [found[number] for number in spread(POINTS, len(found))]
    begin = next(number for number, one in enumerate(found) if one.name == "connect")
    line = [one for one in found[begin:] if one.at == found[begin].at]
    end = next(number for number, one in enumerate(line) if one.name in ("shutdown", "close"))
    last = line[max(0, end - 3) : end + 1][-3:]
    return [*(found[number] for number in spread(POINTS - len(last), len(found))), *last]


@pytest.fixture
def a_shop(tmp_path: Path, certificate: Certificate, office: PostOffice) -> Shop:
    return Shop(tmp_path, certificate, office)


def test_killed_by_the_system(a_shop: Shop, sender: Sender, tmp_path: Path) -> None:
    found = calls(a_shop, sender, tmp_path / "calls")
    figures = Counter[str]()
    for call in to_die_at(found):
        figures.update(dead(a_shop, sender, call))
    assert figures["killed"] >= POINTS * 8 // 10
    assert figures["arrived before"] > figures["left sent"], "none died where it had just left"
    told("killed", len(found), figures)


def dead(a_shop: Shop, sender: Sender, call: Call) -> Counter[str]:
    """Killed at that call, or at one before it: whoever had to wait for the processor finds more
    there at once, reads less often, and gets by with fewer calls than in the dry run.
    """
    figures = Counter[str]()
    for when in range(call.when, max(0, call.when - FEWER), -1):
        place, point = a_shop.copy(), replace(call, when=when)
        words = ["-o", "/dev/null", "-e", f"inject={call.name}:signal=KILL:when={when}"]
        did = sender.traced(place, words, [a_shop.case])
        assert did["at"] == "did" or did["killed"], did
        figures["killed"] += did["at"] == "ended"
        figures.update(judged(a_shop, sender, place, (point,)))
        a_shop.drop(place)
        if figures["killed"]:
            break
    return figures


@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
def test_a_disk_that_fails(a_shop: Shop, sender: Sender, tmp_path: Path, error: str) -> None:
    """From one write on, or at one only, the disk takes nothing: nothing leaves unwritten."""
    of_the_disk = ("pwrite64", "fdatasync", "fsync", "ftruncate")
    found = [o for o in calls(a_shop, sender, tmp_path / "calls") if o.name in of_the_disk]
    figures = Counter[str]()
    for number in spread(STARVED, len(found)):
        call = found[number]
        for on in ("", "+"):
            place = a_shop.copy()
            names = ",".join(of_the_disk) if on else call.name
            words = ["-o", "/dev/null", "-e", f"inject={names}:error={error}:when={call.when}{on}"]
            did = sender.traced(place, words, [a_shop.case])
            assert did["at"] == "did", "it fell over"
            figures[str(did["said"][a_shop.case])] += 1
            if a_shop.office.quiet():
                assert did["said"][a_shop.case] in ("sent", "end_not_kept")
            else:
                assert did["said"][a_shop.case] == "disk_full"
            figures.update(judged(a_shop, sender, place, (error, call, on)))
            a_shop.drop(place)
    told(error, len(found), figures)


def judged(a_shop: Shop, sender: Sender, place: Place, point: tuple[Any, ...]) -> Counter[str]:
    """Never twice, never lost, never falsely sent, and nothing without its line or a word."""
    office, case = a_shop.office, str(a_shop.case)
    arrived = office.quiet()
    assert arrived <= 1, point
    left = sender.does("recover", place.at(COOLED + 15), cases=[case])
    stands = left["stands"][case]
    assert left["whole"], point
    assert not arrived or stands["began"] == 1, (point, "it left without its line")
    assert stands["state"] != "sent" or arrived, (point, "called sent, and it was not")
    assert stands["state"] in ("", "ready", "unsure", "sent", "waiting"), (point, stands)
    assert stands["words"] or stands["state"] not in ("unsure", "waiting"), (point, stands)
    assert left["due"] == [], point
    assert (stands["state"] in ("ready", "waiting")) == (left["asking"] == [case]), point
    end = sender.does("go_on", place.at(COOLED + 20), cases=[case], arrived=bool(arrived))
    assert end["state"] == "sent", (point, end)
    assert office.quiet() == 1, (point, stands, end)
    return Counter({f"left {stands['state'] or 'unchosen'}": 1, "arrived before": arrived})
