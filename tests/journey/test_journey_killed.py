"""Killed at any moment of the journey and started again: no word is lost, no wait is shorter or
longer, nothing is sent twice or by itself, and what is in doubt is said to be.

The window runs in a process of its own (`inside`), on the real clock of this computer. It is
killed where it says that it has come to something, or where a server says so; then another one
goes on where it ended. CALMREPLY_SOAK=n does it n times, killing a moment later each time.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Certificate
from tests.journey import inside
from tests.journey.inside import Job
from tests.journey.said import AUTHOR, REPLY, SAID
from tests.journey.servers import PostOffice, Town

from calmreply.adapters.clock import SystemClock
from calmreply.app.proving import trust
from calmreply.bootstrap import open_home
from calmreply.domain.journal import Whole

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0
"""Seconds after which what should be said is taken not to come."""
SAME = timedelta(seconds=1)
"""By so much the wall clock may have been set while nobody looked."""
ROUNDS = int(os.environ.get("CALMREPLY_SOAK", "1"))


@dataclass
class Inside:
    """One process with a window."""

    process: subprocess.Popen[bytes]
    said: list[dict[str, Any]] = field(default_factory=list)
    _rest: bytes = b""

    @staticmethod
    def start(chain: Path) -> Inside:
        paths = os.pathsep.join((str(ROOT), str(ROOT / "src")))
        env = {**os.environ, "SSL_CERT_FILE": str(chain), "PYTHONPATH": paths}
        words = [sys.executable, "-m", "tests.journey.inside"]
        pipe = subprocess.PIPE
        process = subprocess.Popen(words, env=env, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe)
        return Inside(process)

    def begin(self, job: Job) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(asdict(job)).encode() + b"\n")
        self.process.stdin.flush()

    def wait_for(self, at: str, count: int = 1, **more: str) -> dict[str, Any]:
        """Until it has said so for the `count`th time."""
        begin = time.monotonic()
        while True:
            found = [
                one
                for one in self.said
                if one["at"] == at and all(one.get(k) == v for k, v in more.items())
            ]
            if len(found) >= count:
                return found[count - 1]
            assert time.monotonic() - begin < PATIENCE, f"never came to {at} {more}: {self.tail()}"
            self._listen(PATIENCE)

    def _listen(self, seconds: float) -> bool:
        """Take what it said; False at the end."""
        out = self.process.stdout
        assert out is not None
        if not select.select([out], [], [], seconds)[0]:
            return True
        piece = os.read(out.fileno(), 65536)
        if not piece:
            assert self.process.stderr is not None
            error = self.process.stderr.read().decode()
            raise AssertionError(f"it ended by itself: {self.tail()} {error}")
        *lines, self._rest = (self._rest + piece).split(b"\n")
        self.said += [json.loads(line) for line in lines if line]
        return True

    def tail(self) -> list[dict[str, Any]]:
        return [{"at": one["at"], "step": one.get("step", "")} for one in self.said[-4:]]

    def kill(self) -> None:
        """At once, whatever it is doing; then hear what it had said before."""
        self.process.kill()
        self.process.wait()
        with suppress(AssertionError):
            while self._listen(0):
                pass
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                with suppress(BrokenPipeError):
                    stream.close()

    def linger(self, seconds: float) -> None:
        """Let it go on for so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self._listen(left)

    @property
    def saved(self) -> str:
        """The words that it last said were saved."""
        saved = [one["words"] for one in self.said if one["at"] == "saved"]
        return str(saved[-1]) if saved else ""


@dataclass
class Life:
    """One data folder through all its deaths. `late`: seconds from a word to the death."""

    folder: Path
    keyring: Path
    certificate: Certificate
    town: Town
    post: PostOffice
    late: float = 0.0
    ahead: float = 0.0
    known: dict[str, Any] = field(default_factory=dict)
    deaths: int = 0
    spare: Inside | None = None

    def job(self, *steps: str, words: str = "") -> Job:
        return Job(
            folder=str(self.folder),
            keyring=str(self.keyring),
            steps=steps,
            ahead=self.ahead,
            feed=self.town.url,
            port=self.post.port,
            words=words,
        )

    def go_on(self, *steps: str, words: str = "") -> Inside:
        """Start it again; the one after it begins to load meanwhile."""
        process = self.spare or Inside.start(self.certificate.chain)
        self.spare = Inside.start(self.certificate.chain)
        process.begin(self.job(*steps, words=words))
        return process

    def dies(
        self, *steps: str, at: str = "did", count: int = 1, words: str = "", **more: str
    ) -> Inside:
        """Start it again, let it do `steps`, and kill it when it says so."""
        process = self.go_on(*steps, words=words)
        if at == "did":
            more = {"step": steps[-1], **more}
        process.wait_for(at, count, **more)
        self.kill(process)
        return process

    def kill(self, process: Inside) -> None:
        """Kill it, and hold what is left against what was there."""
        process.linger(self.late)
        process.kill()
        self.deaths += 1
        opened = [one["state"] for one in process.said if one["at"] == "opened"]
        if opened:
            same(self.known, opened[0])
        left = self.look()
        last = process.said[-1]
        if last["at"] in {"did", "opened"} and not self.late:
            same(last["state"], left)
        for said in process.said:
            if said["at"] == "shows":
                was = only(self.known)
                assert said["words"] == (was["draft"] or ["", *was["revisions"]][-1])
        for case in left.values():
            kept = (case["draft"], *case["revisions"])
            assert any(one.startswith(process.saved) for one in kept), (process.saved, case)
        self.known = left

    def look(self) -> dict[str, Any]:
        """What the folder holds; all of it hangs together."""
        with open_home(self.folder, inside.parts(self.job())) as opened:
            assert opened.home.store.check() == ()
            assert isinstance(trust.verify_journal(opened.home), Whole)
            return inside.state(opened.home)

    def later(self, minutes: float) -> None:
        """Time passes while nothing runs. What still waits waits for the same moment."""
        self.ahead += minutes
        before, self.known = self.known, self.look()
        for case, was in before.items():
            for kind, due in self.known[case]["dues"].items():
                assert not due or apart(due, was["dues"][kind]) < SAME


def same(before: dict[str, Any], after: dict[str, Any]) -> None:
    """The same words, stages and dues; a mail that was on its way is in doubt afterwards."""
    assert before.keys() <= after.keys()
    for case, was in before.items():
        now = after[case]
        assert (now["draft"], now["revisions"]) == (was["draft"], was["revisions"])
        doubts = {"mail in_flight": "mail unsure"}
        assert now["entries"] == [doubts.get(one, one) for one in was["entries"]]
        if now["entries"] != was["entries"]:
            continue
        assert now["stage"] == was["stage"]
        assert now["dues"].keys() == was["dues"].keys()
        for kind, due in was["dues"].items():
            assert apart(due, now["dues"][kind]) < SAME, (kind, due, now["dues"][kind])


def apart(one: str, other: str) -> timedelta:
    if not one or not other:
        assert one == other
        return timedelta(0)
    return abs(datetime.fromisoformat(one) - datetime.fromisoformat(other))


@pytest.fixture
def life(tmp_path: Path, certificate: Certificate, town: Town, post: PostOffice) -> Iterator[Life]:
    life = Life(tmp_path / "shop", tmp_path / "keyring.json", certificate, town, post)
    yield life
    if life.spare is not None:
        life.spare.kill()


@pytest.mark.parametrize("late", [number * 0.007 for number in range(ROUNDS)])
def test_killed_anywhere(life: Life, late: float) -> None:
    life.late = late
    set_up_and_hear(life)
    read_and_feel(life)
    write(life)
    bring_in_the_second_person(life)
    send_and_doubt(life)
    assert life.deaths >= 15
    case = only(life.known)
    assert (case["stage"], case["revisions"][-1]) == ("closed", REPLY)
    assert case["entries"] == ["hand sent", "mail sent"]
    assert len(life.post.raw) == 1


def set_up_and_hear(life: Life) -> None:
    """Before anything is there; while a key is made; while a site is asked."""
    life.dies("idle", at="painted")
    life.dies("come_in", at="making")
    said = SystemClock().read().wall - timedelta(minutes=30)
    life.town.say("17", SAID, when=said, author=AUTHOR)
    life.town.hangs_from = 3
    process = life.go_on("come_in", "add_source")
    assert life.town.hangs.wait(PATIENCE)
    life.kill(process)
    life.town.hangs_from = 0
    life.town.go_on.set()


def read_and_feel(life: Life) -> None:
    """While a passphrase is tried; the moment something was said; with a copy in hand."""
    life.dies("listens", "open", "read", at="unlocking")
    life.dies("open", "read", "feel")
    assert only(life.known)["dues"]["cooling_person"]
    life.dies("account", "open", "sign_in", "hold")
    life.dies("open", "sign_in", "held", "judge")


def write(life: Life) -> None:
    """In the middle of a word; each goes on where the last one was killed."""
    kept = ""
    for at, count in (("saved", 1), ("typed", 9), ("saved", 2)):
        rest = REPLY[len(kept) :]
        life.dies("open", "sign_in", "type", at=at, count=count, words=rest)
        before, kept = kept, only(life.known)["draft"]
        assert REPLY.startswith(kept)
        assert len(kept) > len(before)
    life.dies("open", "sign_in", "type", "leave", "by_mail", words=REPLY[len(kept) :])
    assert only(life.known)["revisions"][-1] == REPLY


def bring_in_the_second_person(life: Life) -> None:
    life.dies("open", "sign_in", "ask", at="code")
    life.dies("open", "sign_in", "ask", "sign", at="signing")
    life.dies("open", "sign")
    assert "needs_second_person" not in only(life.known)["dues"]


def send_and_doubt(life: Life) -> None:
    """Twice in the middle of a send, before and after the mail left; nobody knows, so it asks."""
    post = life.post
    life.later(61)
    life.dies("open", "sign_in", "look")
    assert only(life.known)["dues"] == {}
    post.hang_before = True
    process = life.go_on("open", "sign_in", "send")
    assert post.was_called.wait(PATIENCE)
    life.kill(process)
    post.let_go()
    life.dies("idle")
    life.later(11)
    life.dies("open", "sign_in", "not_there")
    assert (only(life.known)["stage"], post.raw) == ("ready", [])
    post.hang = True
    process = life.go_on("open", "sign_in", "look", "send")
    assert post.has_taken.wait(PATIENCE)
    life.kill(process)
    post.let_go()
    life.dies("idle")
    assert only(life.known)["stage"] == "needs_you"
    life.dies("open", "sign_in", "it_is_there", "debrief")


def only(known: dict[str, Any]) -> dict[str, Any]:
    (case,) = known.values()
    return dict(case)
