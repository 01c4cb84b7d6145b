"""The window is never held: whatever goes on, it answers within a moment.

A timer that should come every ten milliseconds tells how long it was kept waiting. What is aimed
at is a tenth of a second; what is asserted is generous, because other work shares this computer.
What others took of it, and how slow it is just now, is measured beside it and does not count.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication
from tests.journey.before import earlier
from tests.journey.hands import Mouse
from tests.journey.said import ANA, AUTHOR, SAID, WORDS
from tests.journey.servers import item
from tests.yardstick import Beside, slowness

from calmreply.adapters.apart import Limits, WorkerApart
from calmreply.adapters.feeds import WorkerFeedReader
from calmreply.app.listening import listen
from calmreply.domain.mention import Heard, Origin

if TYPE_CHECKING:
    from tests.journey.conftest import Shop

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
EVERY_MS = 10
WORKED_MS = 400
"""What the Qt thread may compute in one go."""
KEPT_MS = 2000
"""How long it may be kept from answering, by whatever of the program goes on beside it."""
LINED_UP = Path("/proc/thread-self/schedstat")
"""Where Linux says how long this thread was ready and another program had the processor."""
HEARS = 80.0
"""Seconds in which all of a feed is read, be the computer as busy as it may."""
MENTIONS, ENTRIES, PASTED = 20_000, 10_000, 200_000


class Watch(QObject):
    """How long the Qt thread did something else, at worst: by the clock, and by its own work."""

    def __init__(self) -> None:
        super().__init__()
        self.kept = self.worked = 0.0
        self._since = self._now()
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.beat)
        self._timer.start()

    def beat(self) -> None:
        now = self._now()
        self.kept = max(self.kept, 1000 * (now[0] - self._since[0] - (now[2] - self._since[2])))
        self.worked = max(self.worked, 1000 * (now[1] - self._since[1]))
        self._since = now

    def stop(self) -> None:
        self.beat()
        self._timer.stop()

    @staticmethod
    def _now() -> tuple[float, float, float]:
        lined_up = float(LINED_UP.read_text().split()[1]) / 1e9 if LINED_UP.exists() else 0.0
        return time.monotonic(), time.thread_time(), lined_up


@dataclass
class Held:
    """What held the window for how long, by the name of what was done."""

    hands: Mouse
    beside: Beside
    told: dict[str, tuple[int, int]] = field(default_factory=dict)
    may: dict[str, tuple[float, float]] = field(default_factory=dict)

    @contextmanager
    def during(self, what: str) -> Iterator[None]:
        self.hands.settle()
        before = slowness()
        self.beside.longest()
        watch = Watch()
        yield
        self.hands.settle()
        watch.stop()
        others, slow = self.beside.longest(), max(before, slowness())
        self.told[what] = (round(watch.worked), round(watch.kept))
        self.may[what] = (WORKED_MS * slow, KEPT_MS * slow + others)


def test_the_window_is_never_held(
    shop: Shop, record_property: Callable[[str, object], None]
) -> None:
    apart = WorkerApart(limits=Limits(seconds=HEARS))
    shop.parts = replace(shop.parts, apart=apart, feeds=WorkerFeedReader(apart, seconds=HEARS))
    fill(shop)
    with Beside() as beside, closing(apart):
        held = Held(shop.window(Mouse), beside)
        use(shop, held)
        shop.close()
    record_property("held", held.told)
    for what, (worked, kept) in held.told.items():
        most = held.may[what]
        assert worked < most[0], (what, worked, kept, most)
        assert kept < most[1], (what, worked, kept, most)


def use(shop: Shop, held: Held) -> None:
    """All that might hold it."""
    hands = held.hands
    with held.during("search"):
        hands.click(hands.find("inbox.search"))
        for letter in "wasp rolls cold":
            hands.type(letter)
            hands.settle()
    assert hands.program.frame.pane.list.model().rowCount() > MENTIONS / 10
    hands.fill("inbox.search", "")
    hands.go_to("Cooling off")
    with held.during("open a case for the first time"):
        hands.open(AUTHOR)
    hands.menu("tools", "action.sign_in")
    hands.fill("sign_in.passphrase", WORDS[ANA])
    with held.during("unlock"):
        hands.press("sign_in.go")
    with held.during("paste"):
        QGuiApplication.clipboard().setText("We are sorry. " * (PASTED // 14))
        hands.click(hands.find("case.editor"))
        hands.key("Ctrl+V")
        hands.until(lambda: hands.words("case.saved").startswith("Saved"), "it is kept")
    with held.during("type into it"):
        hands.type("a")
    with held.during("leave it"):
        hands.click(hands.find("case.mention"))
    hands.go_to("New")
    shop.town.body = ""
    with held.during("hear"):
        hands.menu("tools", "action.check")
        hands.until(lambda: hands.counts()["New"] == MENTIONS + ENTRIES, "all of it comes in")


def fill(shop: Shop) -> None:
    """Twenty thousand mentions, a case with Ana in it, and a source that will say much at once.

    It says nothing yet: only the first round of a source brings so much.
    """
    wall, town = shop.clock.wall, shop.town
    with earlier(shop, ANA) as before:
        case = before.said(SAID)
        before.read(case)
        before.judge(case)
        listen.add_source(before.home, town.url, allow_private=True)
        heard = [
            Heard(
                key=str(number),
                author=f"Author {number}",
                text=f"Number {number}: the rolls were cold, and wasp {number % 7} was there.",
                origin=Origin.FEED,
                published=wall - timedelta(minutes=number),
            )
            for number in range(MENTIONS)
        ]
        with before.home.store.write() as tx:
            tx.add_mentions(None, heard, wall, older=[False] * MENTIONS, rules_line=0)
    for number in range(ENTRIES):
        when = wall - timedelta(seconds=30 * number)
        said = item(str(number), f"Entry {number} of many.", when=when, author=f"Guest {number}")
        town.items.append(said)
    town.body = "<html>Not yet</html>"
