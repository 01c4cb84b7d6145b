"""The real program, and a clock that is moved under it: by a library, by a namespace, by a zone.

Debian's faketime ends Python 3.11 by itself, so the library is our own: forty lines of C. The shop
is a real one; its angry reply was begun a moment ago, by the clocks of this computer.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.attacks.conftest import CHEAP, REPLY
from tests.cli.conftest import WORDS, open_line

from calmreply.adapters.clock import SystemClock
from calmreply.adapters.entropy import SystemEntropy
from calmreply.adapters.keys import EdKeys
from calmreply.app.cases import judge
from calmreply.app.facts import load
from calmreply.app.listening import listen
from calmreply.app.persons import people
from calmreply.app.persons.people import NewPerson
from calmreply.app.reviewing import review
from calmreply.app.sending import write
from calmreply.bootstrap import Parts, open_home
from calmreply.domain.case import Verdict
from calmreply.domain.mention import CaseId, Heard, Origin, Stars
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.review import NEEDED
from calmreply.testing.secrets import FakeSecrets

HOURS = 5 * 3600
ANGRY = 240
SOURCE = Path(__file__).parents[2] / "src"
linux = pytest.mark.skipif(sys.platform != "linux", reason="it moves the clocks of Linux")

Said = tuple[int, Any]


@dataclass(frozen=True)
class Run:
    """The program, on a home in which somebody was angry at this moment (seconds, monotonic)."""

    start: Callable[..., Said]
    angry: float

    def __call__(self, *words: str, before: tuple[str, ...] = (), **env: str) -> Said:
        return self.start(*words, before=before, **env)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, float]:
    """A home on this computer's clocks: felt angrily, written, signed by another, just now; and
    when that was.
    """
    folder = tmp_path_factory.mktemp("begun") / "shop"
    secrets = FakeSecrets()
    keys = EdKeys(SystemEntropy(), secrets, "shop", cost=CHEAP)
    with open_home(folder, Parts(secrets=secrets, keys=keys)) as opened:
        home = opened.home
        people.enrol(home, NewPerson("Ana"), WORDS["Ana"])
        ana = people.unlock(home, "Ana", WORDS["Ana"])
        people.enrol(home, NewPerson("Ben"), WORDS["Ben"], ana)
        ben = people.unlock(home, "Ben", WORDS["Ben"])
        heard = Heard("", "Robin Sample", "Stale.", Origin.PASTE, stars=Stars(1))
        _mention, case, _changes = listen.add_mention(home, heard)
        judge.read_all(home, ana, case)
        angry = time.monotonic()
        judge.say_feeling(home, ana, case, Feeling.ANGRY)
        complaint, genuine = Kind.COMPLAINT, Verdict.GENUINE
        judge.judge(home, ana, case, kind=complaint, verdict=genuine, evidence="Order 212")
        with home.store.read() as tx:
            words = write.words_like(home, load(home, tx, case).facts, (), text=REPLY)
        write.revise(home, ana, case, words)
        review.ask(home, ana, case, "Ben")
        review.sign(home, ben, case, NEEDED)
    assert case == CaseId("1")
    return folder, angry


@pytest.fixture
def run(begun: tuple[Path, float], tmp_path: Path) -> Run:
    """The program, on a copy of that home, in a process of its own; `before` goes before it."""
    folder = tmp_path / "shop"
    shutil.copytree(begun[0], folder)

    def started(*words: str, before: tuple[str, ...] = (), **env: str) -> Said:
        with open_line(WORDS["Ana"]) as number:
            ended = subprocess.run(
                [
                    *(*before, sys.executable, "-m", "calmreply", *words, "--json"),
                    *("--home", str(folder), "--as", "Ana", "--passphrase-fd", str(number)),
                ],
                env={**os.environ, "PYTHONPATH": str(SOURCE), **env},
                pass_fds=(number,),
                capture_output=True,
                text=True,
                timeout=240,
                check=False,
            )
        assert ended.stdout, ended.stderr
        return ended.returncode, json.loads(ended.stdout)

    return Run(started, begun[1])


def held(run: Run, **how: Any) -> float:
    """Minutes for which the angry one was held from its beginning on; so says a process that
    refuses to send.
    """
    code, sent = run("send", "1", **how)
    assert code == 3, sent
    (cooling,) = [one for one in sent["blockers"] if one["kind"] == "cooling_person"]
    assert cooling["words"].startswith("Cooling off, Ana was angry")
    moved = int(how.get("MOVED_REALTIME", 0))
    now = SystemClock().read().wall.timestamp() + moved
    passed = time.monotonic() - run.angry
    return (datetime.fromisoformat(cooling["clears_at"]).timestamp() - now + passed) / 60


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The library that moves the clocks, made here and now."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler on this computer (apt: gcc)")
    made = tmp_path_factory.mktemp("moved") / "moved.so"
    source = Path(__file__).with_name("moved.c")
    words = [compiler, "-shared", "-fPIC", "-O1", "-o", str(made), str(source), "-ldl"]
    subprocess.run(words, check=True, capture_output=True)
    return str(made)


@linux
@pytest.mark.parametrize(
    ("wall", "boot"),
    [(HOURS, 0), (-HOURS, 0), (0, HOURS), (HOURS, HOURS)],
    ids=["the wall forward", "the wall back", "the boot forward", "both forward"],
)
def test_a_library_between_it_and_the_kernel(run: Run, moved: str, wall: int, boot: int) -> None:
    how = {"LD_PRELOAD": moved, "MOVED_REALTIME": str(wall), "MOVED_BOOTTIME": str(boot)}
    assert really_moved(how, wall, boot)
    assert held(run, **how) > ANGRY - 3
    assert held(run) > ANGRY - 3, "nor afterwards, with the clocks as they are"


def really_moved(how: dict[str, str], wall: int, boot: int) -> bool:
    """Whether Python, in a process of its own, sees the clocks where they were moved to."""
    words = "import time; c = time.clock_gettime; "
    words += "import sys; sys.stdout.write(f'{c(time.CLOCK_REALTIME)} {c(time.CLOCK_BOOTTIME)}')"
    told = subprocess.run(
        [sys.executable, "-c", words],
        env={**os.environ, **how},
        capture_output=True,
        text=True,
        check=True,
    )
    here = SystemClock().read()
    seen = [float(one) for one in told.stdout.split()]
    return (
        abs(seen[0] - here.wall.timestamp() - wall) < 60 and abs(seen[1] - here.ticks - boot) < 60
    )


@linux
def test_a_time_namespace_hours_ahead(run: Run) -> None:
    """Nobody needs to be root for one; the clock of the boot runs five hours ahead in it."""
    before = ("unshare", "--user", "--map-root-user", "--time", "--boottime", str(HOURS), "--fork")
    tried = None
    if shutil.which("unshare"):
        tried = subprocess.run([*before, "true"], capture_output=True, check=False)
    if tried is None or tried.returncode:
        pytest.skip("no time namespace may be made here (unshare --user --time)")
    assert held(run, before=before) > ANGRY - 3
    assert run("journal", "verify")[0] == 0


def test_another_zone_of_the_computer(run: Run) -> None:
    assert held(run, TZ="Pacific/Kiritimati") > ANGRY - 3
