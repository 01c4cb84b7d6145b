"""The worker processes: limits that hold, deaths that cost one job, nobody behind a slow one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.elsewhere import PATIENCE, wait_until

from calmreply.adapters.apart import Limits, WorkerApart, process
from calmreply.adapters.apart.process import Worker
from calmreply.app.ports import Apart
from calmreply.errors import KnownError
from calmreply.testing.contracts import apart as contracts
from calmreply.testing.ports import InThisProcess

HERE = "tests.apart.misbehaving"
FEEDS = "calmreply.adapters.feeds.work"
SLOW = 0.3
ABOUT = {"headers": {}, "address": "https://shop.example/feed", "seconds": 60}
GOOD = (
    b"<rss version='2.0'><channel><title>Good</title><item><title>a</title></item></channel></rss>"
)
BURNING = b"<rss version='2.0'><channel><item>" + b"<a " * 5_000_000 + b"</item></channel></rss>"
"""15 MB of half tags: feedparser is busy with them for a minute."""

Make = Callable[..., WorkerApart]


@pytest.fixture
def make() -> Iterator[Make]:
    """Pools; ended after the test."""
    made = []

    def make(**more: Any) -> WorkerApart:
        made.append(WorkerApart(**more))
        return made[-1]

    yield make
    for apart in made:
        apart.close()


@pytest.fixture(scope="class")
def shared() -> Iterator[WorkerApart]:
    apart = WorkerApart()
    yield apart
    apart.close()


class TestAnotherProcess(contracts.ApartContract):
    @pytest.fixture(autouse=True)
    def _use(self, shared: WorkerApart) -> None:
        self._apart = shared

    def make(self) -> Apart:
        return self._apart


class TestThisProcess(contracts.ApartContract):
    def make(self) -> Apart:
        return InThisProcess()


def run(apart: WorkerApart, name: str, body: bytes = b"") -> Any:
    return apart.run(f"{HERE}:{name}", body, {})


def error(apart: WorkerApart, name: str, body: bytes = b"") -> str:
    with pytest.raises(KnownError) as caught:
        run(apart, name, body)
    assert caught.value.words
    assert caught.value.way_out
    return caught.value.code


def pid(apart: WorkerApart) -> int:
    number: int = run(apart, "process")[0]
    return number


def waited_for(is_so: Callable[[], object]) -> None:
    """Look until it is so."""
    wait_until(is_so, "it was not so")


def test_one_process_serves_many_jobs_of_its_module(make: Make) -> None:
    apart = make()
    first = pid(apart)
    assert run(apart, "process") == [first, "before"]
    assert all(run(apart, "length", b"abc") == 3 for _ in range(20))
    assert pid(apart) == first
    assert first != os.getpid()


def test_each_module_has_a_process_and_the_longest_unused_one_makes_room(make: Make) -> None:
    apart = make(workers=2)
    mine = pid(apart)
    assert apart.run(f"{FEEDS}:parse", GOOD, ABOUT)["title"] == "Good"
    assert pid(apart) == mine
    assert apart.run("calmreply.testing.contracts.apart:nothing", b"", {}) is None
    assert [worker.module for worker in apart._idle] == [HERE, "calmreply.testing.contracts.apart"]
    assert pid(apart) == mine


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("die", "apart_crashed"),
        ("leave", "apart_crashed"),
        ("hang", "apart_too_slow"),
        ("eat", "apart_too_big"),
        ("_error", "apart_crashed"),  # no function for others
        ("message_from_bytes", "apart_crashed"),  # nor one of its own
    ],
)
@pytest.mark.parametrize("used", [False, True], ids=["new process", "used process"])
def test_a_job_that_ends_the_process_costs_only_itself(
    make: Make, name: str, code: str, used: bool
) -> None:
    apart = make(limits=Limits(seconds=1.5 if name == "hang" else 60.0))
    if used:
        assert run(apart, "length", b"1") == 1
    assert error(apart, name) == code
    assert run(apart, "length", b"1") == 1


def test_a_process_killed_between_two_jobs_is_not_noticed(make: Make) -> None:
    apart = make(workers=1)
    os.kill(pid(apart), 9)
    assert run(apart, "length", b"1") == 1
    worker = apart._idle[0]
    worker.alive = lambda: True  # type: ignore[method-assign]  # it dies right after the look
    assert worker._process is not None
    worker._process.kill()
    worker._process.wait()
    assert run(apart, "length", b"1") == 1


def test_more_than_a_frame_holds_is_too_big_before_anything_starts(make: Make) -> None:
    apart = make(command=("/there/is/no/such/program",))
    assert error(apart, "length", bytes(64 * 1024 * 1024)) == "apart_too_big"


def test_words_printed_by_a_library_do_not_get_between(make: Make) -> None:
    apart = make()
    assert run(apart, "shout") == "said"
    assert run(apart, "length", b"1") == 1


def test_what_python_loads_late_is_there(make: Make) -> None:
    mail = "Content-Type: text/plain; charset=cp1257\r\n\r\nĀdaži".encode("cp1257")
    assert run(make(), "read_mail", mail) == "Ādaži"


@pytest.mark.skipif(sys.platform == "win32", reason="the system has no such limits")
def test_a_function_opens_no_file_and_no_socket_and_starts_nothing(make: Make) -> None:
    apart = make()
    came_of_it = run(apart, "reach")
    assert len(came_of_it) > 10
    if sys.platform != "linux":
        came_of_it.pop("become a program")
    assert {name for name, said in came_of_it.items() if said != "refused"} == set()
    assert run(apart, "length", b"1") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="the system cannot take single calls away")
def test_a_function_reaches_no_file_by_its_name_and_no_other_process(make: Make) -> None:
    came_of_it = run(make(), "reach_further")
    assert {name for name, said in came_of_it.items() if said != "refused"} == set()


def test_a_function_sees_nothing_of_our_environment(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_PASSWORD", "secret")
    assert "SHOP_PASSWORD" not in run(make(), "environment")


def test_closing_ends_every_process_and_a_later_job_starts_anew(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_LEAVE_SECONDS", PATIENCE)  # by itself, however slowly
    apart = make()
    assert run(apart, "length", b"1") == 1
    ended = apart._idle[0]._process
    apart.close()
    apart.close()
    assert ended is not None
    assert ended.poll() == 0
    assert run(apart, "length", b"1") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what another process used")
def test_a_job_is_not_blamed_for_what_keeps_it_from_the_processor(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = threading.Semaphore(0)
    look_after = Worker._look_after

    def counted(self: Worker, pause: float, watched: object, seconds: float) -> threading.Timer:
        looks.release()
        return look_after(self, pause, watched, seconds)

    monkeypatch.setattr(Worker, "_look_after", counted)
    apart = make(limits=Limits(seconds=3.0))
    number = pid(apart)
    while looks.acquire(blocking=False):
        pass
    said: list[int] = []
    os.kill(number, signal.SIGSTOP)  # as a computer does that has more to do than it can
    thread = threading.Thread(target=lambda: said.append(run(apart, "length", b"abc")))
    thread.start()
    for _look in range(2):  # its time is over, and it is let be
        assert looks.acquire(timeout=60)
    os.kill(number, signal.SIGCONT)
    thread.join()
    assert said == [3]
    assert pid(apart) == number


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what another process used")
def test_even_then_it_ends(make: Make) -> None:
    apart = make(limits=Limits(seconds=0.5))
    number = pid(apart)
    os.kill(number, signal.SIGSTOP)
    assert error(apart, "length", b"abc") == "apart_too_slow"
    assert pid(apart) != number


def test_closing_while_busy_keeps_no_process(make: Make) -> None:
    apart = make(limits=Limits(seconds=1.0))
    assert run(apart, "length", b"1") == 1
    codes: list[str] = []
    thread = threading.Thread(target=lambda: codes.append(error(apart, "hang")))
    thread.start()
    waited_for(lambda: bool(apart._busy))
    apart.close()
    thread.join()
    assert codes == ["apart_too_slow"]
    assert (apart._idle, apart._busy) == ([], set())


def test_a_worker_ends_with_the_program_that_started_it() -> None:
    command = [sys.executable, "-m", "calmreply.adapters.apart.worker", "12", "150000000", FEEDS]
    env = {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env
    ) as worker:
        assert worker.stdin is not None
        worker.stdin.write(b"\0\0")  # half a word, then the program is killed
        worker.stdin.close()
        assert worker.wait(PATIENCE) == 0


def test_a_module_that_cannot_be_loaded_is_a_known_error(make: Make) -> None:
    with pytest.raises(KnownError) as caught:
        make().run("calmreply.there_is_none:such", b"", {})
    assert caught.value.code == "apart_crashed"


# --- a bad one among good ones -------------------------------------------------------------


class Burning:
    """Bad documents, already slow, that are being read until the test has seen enough."""

    def __init__(self, apart: WorkerApart, number: int) -> None:
        self.apart = apart
        self.codes: list[str] = []
        self.threads = [threading.Thread(target=self._read) for _ in range(number)]
        for thread in self.threads:
            thread.start()
        waited_for(lambda: len(self.pids()) == number)

    def _read(self) -> None:
        try:
            self.apart.run(f"{FEEDS}:parse", BURNING, ABOUT)
        except KnownError as error:
            self.codes.append(error.code)

    def pids(self) -> set[int]:
        return {
            worker.pid for worker in tuple(self.apart._busy) if worker.pid and worker.age() > SLOW
        }

    def end(self, pids: set[int]) -> None:
        for number in pids:
            os.kill(number, 9)
        for thread in self.threads:
            thread.join()


@pytest.mark.skipif(sys.platform == "win32", reason="it is ended by a signal")
@pytest.mark.parametrize("bad", [1, 2, 3])
def test_fifty_good_documents_do_not_wait_for_bad_ones(make: Make, bad: int) -> None:
    apart = make(limits=Limits(seconds=90.0))
    burning = Burning(apart, bad)
    theirs = burning.pids()
    most = 0
    titles: list[str] = []

    def read() -> None:
        nonlocal most
        titles.append(apart.run(f"{FEEDS}:parse", GOOD, ABOUT)["title"])
        with apart._lock:
            now = {worker.pid for worker in (*apart._busy, *apart._idle) if worker.pid}
        most = max(most, len(now))

    threads = [threading.Thread(target=read) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    still_burning = sum(thread.is_alive() for thread in burning.threads)
    niceness = {os.getpriority(os.PRIO_PROCESS, number) for number in theirs}
    burning.end(theirs)
    assert titles == ["Good"] * 50
    assert still_burning == bad
    assert most <= 4
    assert burning.codes == ["apart_crashed"] * bad  # ended by us, and no second time
    assert niceness == {min(19, os.getpriority(os.PRIO_PROCESS, 0) + 15)}  # 5 as all, 10 as slow
    assert not {worker.pid for worker in apart._idle} & theirs
    assert len(apart._idle) <= 3


def test_a_slow_job_with_nobody_waiting_keeps_its_process(make: Make) -> None:
    apart = make(limits=Limits(seconds=60.0))
    body = b"<rss version='2.0'><channel><item>" + b"<a " * 60_000 + b"</item></channel></rss>"
    apart.run(f"{FEEDS}:parse", body, ABOUT)
    (worker,) = apart._idle
    assert not worker.stepped_aside


@pytest.mark.skipif(sys.platform != "linux", reason="what it used is told by Linux only")
def test_who_does_not_get_the_processor_is_not_taken_for_slow(make: Make) -> None:
    apart = make(limits=Limits(seconds=250.0))
    assert run(apart, "length", b"1") == 1
    thread = threading.Thread(target=lambda: error(apart, "hang"))
    thread.start()
    waited_for(lambda: bool(apart._busy))
    (worker,) = apart._busy
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGSTOP)
    before, began = worker.age(), time.monotonic()
    waited_for(lambda: time.monotonic() - began > 4 * before + 0.4)
    passed = time.monotonic() - began
    assert 0 < worker.age() <= before + passed / 2
    os.kill(worker.pid, signal.SIGKILL)
    again: list[int] = []  # it may have been the fault of an earlier job

    def begun() -> list[int]:
        busy = tuple(apart._busy)
        again.extend(one.pid for one in busy if one is not worker and one.pid and one.age() > 0)
        return again

    waited_for(begun)
    os.kill(again[0], signal.SIGKILL)
    thread.join()


def test_who_waits_is_served_in_the_order_of_asking(make: Make) -> None:
    apart = make(limits=Limits(seconds=90.0), workers=1, most=1)
    burning = Burning(apart, 1)
    (theirs,) = burning.pids()
    served: dict[int, float] = {}
    threads = []
    for number in range(5):

        def ask(number: int = number) -> None:
            served[number] = run(apart, "moment")

        threads.append(threading.Thread(target=ask))
        threads[-1].start()
        waited_for(lambda number=number: len(apart._waiting) == number + 1)  # type: ignore[misc]
    assert served == {}
    burning.end({theirs})
    for thread in threads:
        thread.join()
    assert sorted(served, key=lambda number: served[number]) == list(range(5))


def test_a_home_has_workers_from_the_first_use_until_it_is_closed(tmp_path: Path) -> None:
    words = f"""
import os, sys
from pathlib import Path
from calmreply.bootstrap import Parts, open_home
from calmreply.testing.secrets import FakeSecrets
with open_home(Path({str(tmp_path)!r}), Parts(secrets=FakeSecrets())) as opened:
    assert "calmreply.adapters.apart" not in sys.modules
    number, _before = opened.home.apart.run("{HERE}:process", b"", {{}})
    assert number != os.getpid()
    assert opened.home.feeds.parse({GOOD!r}, {{}}, "").title == "Good"
    os.kill(number, 0)
try:
    os.kill(number, 0)
except ProcessLookupError:
    sys.exit(17)
"""
    env = {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", words], check=False, env=env, cwd=tmp_path)
    assert done.returncode == 17


def test_the_program_loads_no_parser_and_starts_nothing_before_the_first_job(
    tmp_path: Path,
) -> None:
    words = (
        "import sys; from calmreply.adapters.apart import WorkerApart as A; a = A();"
        "assert 'calmreply.adapters.apart.calls' not in sys.modules; assert not a._idle;"
        f"assert a.run('{FEEDS}:parse', {GOOD!r}, {ABOUT!r})['title'] == 'Good'; a.close();"
        "assert not {'feedparser', 'nh3', 'xml.sax', 'ctypes'} & sys.modules.keys()"
    )
    env = {"PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", words], check=True, env=env, cwd=tmp_path)
