"""Rows of sources that a hand has changed in the data file, and plug-ins that break.

Each ends in a sentence, and the good source beside it is asked all the same.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from tests.app.conftest import Bench

from calmreply.adapters.storage import open_store
from calmreply.adapters.storage.sqlite.driver import SQLITE
from calmreply.app import queries
from calmreply.app.ledger import writing
from calmreply.app.listening import listen, polling, rhythm
from calmreply.app.persons import people
from calmreply.app.ports.listeners import Round
from calmreply.app.ports.storage import Source, Takes
from calmreply.cli import rounds
from calmreply.domain.mention import Heard, Origin, SourceId
from calmreply.errors import KnownError
from calmreply.testing.listeners import ScriptedListener

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from calmreply.app.home import Home

LARGEST = 2**63 - 1
SILENT = KnownError("too_slow", "It answers too slowly.", "It is tried again.")


class Breaks(ScriptedListener):
    """A plug-in with a mistake in it."""

    def listen(self, place: Any, cursor: str, tools: Any) -> Round:
        del place, cursor, tools
        raise ZeroDivisionError("secret words out of a mail")


class Says(ScriptedListener):
    """One mention each time, or the same trouble each time."""

    error: KnownError | None = None

    def listen(self, place: Any, cursor: str, tools: Any) -> Round:
        del place
        if self.error is not None:
            raise self.error
        heard = Heard("1", "Kim", "The soup was cold.", Origin.FEED, published=tools.wall)
        return Round(self.title, (heard,), cursor)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A home with the sources "bad" and "good", in a real data file."""
    kinds = {one: Says(one, one, needs_account=False) for one in ("bad", "good")}
    with closing(open_store(tmp_path / "home")) as store:
        home = replace(Bench().home, store=store, listeners=kinds)
        people.found_home(home)
        with writing(home) as ledger:
            for kind in kinds:
                ledger.tx.add_source(Source(SourceId(""), kind, f"{kind}:/x", kind, Takes.ALL))
        yield home


def edit(folder: Path, column: str, value: object) -> None:
    with closing(SQLITE.connect(folder / "home" / "calmreply.db")) as data:
        data.execute(f"update sources set {column} = ? where kind = 'bad'", (value,))  # noqa: S608 - names of our own
        data.commit()


def bad(home: Home) -> Source:
    return next(one for one in listen.sources(home) if one.title == "bad")


@pytest.mark.parametrize("failing", [False, True])
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("next_at", LARGEST),
        ("next_at", 253402300799 * 10**6),
        ("next_at", -LARGEST),
        ("polled_at", LARGEST),
        ("heard_at", LARGEST),
        ("brought_at", -LARGEST),
        ("failures", LARGEST),
        ("failures", -LARGEST),
        ("asked_to_wait", 1),
        ("kind", "no such kind"),
        ("address", ""),
        ("address", "bad:nobody/x"),
        ("cursor", "\x00[[[["),
        ("words", "w" * 10**6),
        ("trouble", "never heard of"),
    ],
)
def test_a_row_changed_by_hand_is_asked_or_told_of_and_stops_no_other(
    home: Home, tmp_path: Path, column: str, value: object, *, failing: bool
) -> None:
    said = home.listeners["bad"]
    assert isinstance(said, Says)
    said.error = SILENT if failing else None
    rounds.everything(home)
    edit(tmp_path, column, value)
    edited = bad(home)
    day = home.clock.read().wall + rhythm.LONGEST_WAIT + timedelta(minutes=6)
    assert rhythm.is_due(edited, day)
    assert not rhythm.asked_to_wait(edited, day)
    for _round in range(2):
        polled, good = rounds.everything(home)
        assert good.error is None
        assert polled.error is None or polled.error.words
    queries.listening(home)


@pytest.mark.parametrize("value", [LARGEST, 253402300799 * 10**6, -62135596800 * 10**6, -LARGEST])
@pytest.mark.parametrize("column", ["next_at", "polled_at", "heard_at", "brought_at"])
def test_every_time_in_a_row_can_be_shown_in_every_zone(
    home: Home, tmp_path: Path, column: str, value: int
) -> None:
    rounds.everything(home)
    edit(tmp_path, column, value)
    when = getattr(bad(home).state, column)
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):
        assert when.astimezone(ZoneInfo(zone)) == when


def test_a_plug_in_that_breaks_fails_its_own_source_only_and_comes_later_each_time(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    broken = replace(home, listeners={**home.listeners, "bad": Breaks("bad", needs_account=False)})
    polled, good = rounds.everything(broken)
    assert polled.error is not None
    assert (polled.error.code, good.new) == ("listener_broke", 1)
    state = bad(home).state
    assert (state.trouble, state.failures) == ("listener_broke", 1)
    assert state.next_at is not None
    assert "secret words" not in f"{polled.error} {state.words} {caplog.text}"
    assert "ZeroDivisionError" in caplog.text
    assert not polling.poll(home, bad(home)).failed
