"""Writing facts: in order, signed, all or nothing, and remembered outside the data."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from calmreply.adapters.storage import open_store
from calmreply.app import ledger
from calmreply.app.cases import judge
from calmreply.app.home import Home
from calmreply.app.ledger import head_slot, kept_head, writing
from calmreply.app.listening import listen
from calmreply.app.persons import people
from calmreply.app.proving import trust
from calmreply.app.sending import send
from calmreply.app.sending.held import HeldError
from calmreply.domain.blockers import CoolingPerson
from calmreply.domain.case import PageRead
from calmreply.domain.journal import Broken, Flaw, Whole
from calmreply.domain.mention import Heard, Origin
from calmreply.domain.outbox import State
from calmreply.domain.policy import Feeling
from calmreply.errors import KnownError
from calmreply.testing.keys import FastKeys
from calmreply.testing.secrets import FakeSecrets

if TYPE_CHECKING:
    from tests.app.conftest import Bench


def kept(home: Home) -> tuple[int, str] | None:
    with home.store.read() as tx:
        return kept_head(home, head_slot(tx))


def head(home: Home) -> tuple[int, str]:
    with home.store.read() as tx:
        return tx.head()


def secrets_of(home: Home) -> FakeSecrets:
    assert isinstance(home.secrets, FakeSecrets)
    return home.secrets


# --- the chain -----------------------------------------------------------------------------


def test_lines_follow_one_another_each_signed_by_whoever_said_it(bench: Bench) -> None:
    home, ana = bench.home, bench.person("Ana")
    case = bench.complaint()
    judge.read_all(home, ana, case)
    judge.say_feeling(home, ana, case, Feeling.CALM)
    kinds = [one.line.kind for one in bench.data.lines]
    assert kinds == [
        "installation_key",
        "enrolled",
        "mentions_heard",
        "page_read",
        "feeling_said",
    ]
    assert [one.line.number for one in bench.data.lines] == [1, 2, 3, 4, 5]
    assert [one.line.actor for one in bench.data.lines] == ["", "", "", *[ana.person.id] * 2]
    found = trust.verify_journal(home)
    assert found == Whole(5, head(home)[1], 0, ())


def test_all_or_nothing(bench: Bench) -> None:
    home, ana = bench.home, bench.person("Ana")
    case = bench.complaint()
    before, remembered = head(home), kept(home)

    def fail_after_writing() -> None:
        with writing(home, ana) as open_ledger:
            open_ledger.record(PageRead(1, ana.person.id, open_ledger.reading), case)
            open_ledger.tx.set_setting("theme", "dark")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_writing()
    assert (head(home), kept(home)) == (before, remembered)
    with home.store.read() as tx:
        assert tx.setting("theme") is None


def test_saying_the_same_again_writes_nothing(bench: Bench) -> None:
    home, ana = bench.home, bench.person("Ana")
    case = bench.complaint()
    with pytest.raises(KnownError) as refused:
        judge.say_feeling(home, ana, case, Feeling.CALM)
    assert refused.value.code == "read_first"
    judge.read_all(home, ana, case)
    judge.say_feeling(home, ana, case, Feeling.STUNG)
    before = len(bench.data.lines)
    assert judge.read_all(home, ana, case).nothing
    assert judge.say_feeling(home, ana, case, Feeling.STUNG).nothing
    assert judge.say_feeling(home, ana, case, Feeling.CALM).nothing
    assert len(bench.data.lines) == before
    judge.say_feeling(home, ana, case, Feeling.ANGRY)
    assert len(bench.data.lines) == before + 1


# --- the keyring ---------------------------------------------------------------------------


def test_the_head_is_remembered_after_each_write(bench: Bench) -> None:
    bench.complaint()
    assert kept(bench.home) == head(bench.home)
    bench.complaint("Another.")
    assert kept(bench.home) == head(bench.home)


def test_where_nothing_is_kept_nothing_is_remembered(bench: Bench) -> None:
    home = replace(bench.home, secrets=FakeSecrets(keeps=False))
    ana = bench.person("Ana")
    listen.add_mention(home, Heard("", "Robin", "Stale.", Origin.PASTE), ana)
    assert kept(home) is None
    assert isinstance(trust.verify_journal(home), Whole)


def test_the_remembered_head_never_goes_back(bench: Bench) -> None:
    """Two processes write; the one that is slow to tell the keyring tells it an older head."""
    home = bench.home
    bench.complaint()
    slow = head(home)
    bench.complaint("Another.")
    with home.store.read() as tx:
        slot = head_slot(tx)
    ledger._keep_head(home, slot, slow)
    assert kept(home) == head(home)


@pytest.mark.parametrize("said", ["", "nonsense", "0 abc", "-1 abc", "²", "9" * 30 + " abc", "12"])
def test_a_keyring_that_says_nothing_sensible(bench: Bench, said: str) -> None:
    with bench.home.store.read() as tx:
        slot = head_slot(tx)
    secrets_of(bench.home).set(slot, said)
    found = trust.verify_journal(bench.home)
    assert isinstance(found, Whole) or found.flaw is Flaw.HEAD_MISSING
    bench.complaint()


def test_a_lost_keyring(bench: Bench) -> None:
    """Head and installation key are gone: a new key comes in, and old lines still hold."""
    home, ana = bench.home, bench.person("Ana")
    tom = bench.person("Tom")
    case = bench.complaint()
    bench.until_ready(ana, tom, case, "Dear Marta, ...")
    old = home.keys.installation().key_id
    secrets_of(home).lose()
    again = replace(home, keys=FastKeys(home.entropy, home.secrets, "home"))
    assert kept(again) is None
    bench.home = again
    other = bench.complaint("Heard after the keyring was lost.")
    new = again.keys.installation().key_id
    assert new != old
    found = trust.verify_journal(again)
    assert isinstance(found, Whole)
    (line,) = found.own_word
    assert bench.data.lines[line - 1].line.key_id == new
    assert kept(again) == head(again)
    assert send.send(again, people.unlock(again, "Ana", "twelve letters and more"), case)
    judge.read_all(again, ana, other)
    assert isinstance(trust.verify_journal(again), Whole)


def test_each_home_has_a_head_of_its_own(bench: Bench, tmp_path: Path) -> None:
    """One computer, one keyring, two homes."""
    bench.complaint()
    store = open_store(tmp_path / "second")
    second = replace(bench.home, store=store)
    people.found_home(second)
    listen.add_mention(second, Heard("", "Robin", "Stale.", Origin.PASTE))
    assert kept(bench.home) == head(bench.home)
    assert kept(second) == head(second)
    assert isinstance(trust.verify_journal(bench.home), Whole)
    assert isinstance(trust.verify_journal(second), Whole)
    store.close()


def test_export_and_verify_without_the_home(bench: Bench, tmp_path: Path) -> None:
    home, ana = bench.home, bench.person("Ana")
    case = bench.complaint()
    judge.read_all(home, ana, case)
    target = tmp_path / "journal.jsonl"
    assert trust.export_journal(home, target) == len(bench.data.lines)
    found = trust.verify_lines(FastKeys().verify, target)
    assert isinstance(found, Whole)
    assert (found.lines, found.erased) == (4, 2)
    said = target.read_text(encoding="utf-8")
    assert "Stan" not in said
    for change in (said.replace("page_read", "page_rode"), "\n".join(said.splitlines()[1:])):
        edited = tmp_path / "edited.jsonl"
        edited.write_text(change, encoding="utf-8")
        assert isinstance(trust.verify_file(home, edited), Broken)
    for name, content in (("a.jsonl", "not json"), ("b.jsonl", "[]\n"), ("c.jsonl", "{}\n")):
        (tmp_path / name).write_text(content, encoding="utf-8")
        with pytest.raises(KnownError) as refused:
            trust.verify_file(home, tmp_path / name)
        assert refused.value.code == "not_a_journal"
    with pytest.raises(KnownError) as refused:
        trust.export_journal(home, target)
    assert refused.value.code == "file_exists"
    with pytest.raises(KnownError) as refused:
        trust.export_journal(home, tmp_path / "no such folder" / "journal")
    assert refused.value.code == "cannot_write"


# --- time ----------------------------------------------------------------------------------


def test_the_heartbeat_saves_how_far_the_boot_has_come(bench: Bench) -> None:
    before = len(bench.data.lines)
    bench.clock.advance(minutes=7)
    ledger.heartbeat(bench.home)
    assert bench.data.boots[-1].last == bench.clock.ticks
    assert len(bench.data.lines) == before, "it is no fact"


def test_a_crash_neither_shortens_nor_lengthens_a_wait(bench: Bench) -> None:
    """An hour on, a crash, a night off: what was lived through counts, the night is unsure."""
    home, ana = bench.home, bench.person("Ana")
    case = bench.complaint()
    judge.read_all(home, ana, case)
    judge.say_feeling(home, ana, case, Feeling.ANGRY)
    bench.clock.advance(minutes=30)
    ledger.heartbeat(home)
    bench.clock.advance(seconds=50)
    bench.clock.reboot(timedelta(hours=9))

    def left() -> float:
        (one,) = [b for b in send.blockers(home, case) if isinstance(b, CoolingPerson)]
        return one.left / timedelta(minutes=1)

    assert left() == 240 - 30
    assert "clock_unsure" in bench.kinds(case)
    assert ledger.confirm_clock(home, bench.clock.wall)
    assert "clock_unsure" not in bench.kinds(case)
    assert "cooling_person" not in bench.kinds(case)


@pytest.mark.parametrize("off", [timedelta(minutes=6), timedelta(days=-400), timedelta(days=400)])
def test_a_wrong_time_from_outside_confirms_nothing(bench: Bench, off: timedelta) -> None:
    bench.complaint()
    bench.clock.reboot(timedelta(hours=3))
    ledger.heartbeat(bench.home)
    before = bench.data.boots
    assert not ledger.confirm_clock(bench.home, bench.clock.wall + off)
    assert bench.data.boots == before
    assert ledger.confirm_clock(bench.home, bench.clock.wall + timedelta(minutes=4))


# --- two at once ---------------------------------------------------------------------------


@pytest.fixture(params=["memory", "file"])
def two(
    request: pytest.FixtureRequest, bench: Bench, tmp_path: Path
) -> Iterator[tuple[Home, Home]]:
    """Two programs over one home: two runs, and with a file two connections."""
    if request.param == "memory":
        yield bench.home, replace(bench.home, run="run-2")
        return
    first, second = open_store(tmp_path / "home"), open_store(tmp_path / "home")
    bench.home = replace(bench.home, store=first)
    people.found_home(bench.home)
    yield bench.home, replace(bench.home, store=second, run="run-2")
    first.close()
    second.close()


def test_two_programs_write_at_once(two: tuple[Home, Home]) -> None:
    def work(number: int) -> None:
        home = two[number % 2]
        for turn in range(5):
            listen.add_mention(home, Heard("", f"Robin {number}", f"{turn}", Origin.PASTE))
            ledger.heartbeat(home)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    found = trust.verify_journal(two[0])
    assert isinstance(found, Whole)
    assert found.lines == 1 + 4 * 5
    remembered = kept(two[0])
    assert remembered is not None
    assert remembered[0] <= head(two[1])[0]


def test_two_programs_send_at_once(bench: Bench, two: tuple[Home, Home]) -> None:
    ana, tom = bench.person("Ana"), bench.person("Tom")
    case = bench.complaint()
    bench.until_ready(ana, tom, case, "Dear Marta, ...")

    def try_it(home: Home) -> State | str:
        try:
            return send.send(home, ana, case).state
        except HeldError as held:
            return str(held)

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(try_it, two))
    assert sorted(found, key=str) == [State.IN_FLIGHT, "in_flight"]
    assert isinstance(trust.verify_journal(two[0]), Whole)
