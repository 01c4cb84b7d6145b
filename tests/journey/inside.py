"""A process of its own: the real window on a real folder, driven from inside until it is killed.

It is started early and waits for one line of JSON, a `Job`; then it opens the home and does the
steps of the job one after the other. What it has come to, it says in lines of JSON as it goes:
`{"at": "saved", ...}`. Whoever listens kills it where it wants.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from tests.journey.hands import Mouse
from tests.journey.said import ANA, AUTHOR, BEN, MAIL, MAIL_PASSWORD, SUBJECT, WORDS

from calmreply.adapters.clock import SystemClock
from calmreply.app import queries
from calmreply.app.home import Home
from calmreply.bootstrap import Parts, open_home
from calmreply.domain.moment import Reading
from calmreply.ui.app import Program, Ways
from calmreply.ui.kit import theme

MOMENT_MS = 40
BREATH = 6
"""After so many words, a rest until they are saved."""


LOADED = (
    "calmreply.adapters.storage.sqlite.store",
    "calmreply.adapters.keys",
    "calmreply.adapters.web",
    "calmreply.adapters.channels.mail",
    "calmreply.app.listening.listen",
    "calmreply.ui.shell.shell",
    "calmreply.ui.sign_in.asking",
    "calmreply.ui.case.page",
    "calmreply.ui.dialogs.review",
)
"""What every one of them will need: it is there before the home is opened."""


@dataclass(frozen=True)
class Job:
    """`ahead`: minutes by which this computer's clocks stand ahead of the real ones, both alike.

    `keyring` is a file; `words` are typed in the step "type", a word every `MOMENT_MS`.
    """

    folder: str
    keyring: str
    steps: tuple[str, ...]
    ahead: float = 0
    feed: str = ""
    port: int = 0
    words: str = ""


class Ahead:
    """The real clock of this computer, as if more time had passed since its start."""

    def __init__(self, minutes: float) -> None:
        self._clock = SystemClock()
        self._ahead = timedelta(minutes=minutes)

    def read(self) -> Reading:
        now = self._clock.read()
        ahead = self._ahead
        return Reading(now.wall + ahead, now.boot, now.ticks + ahead.total_seconds())


class Keyring:
    """`app.ports.Secrets` in a file: what it was told is there when the program is not."""

    keeps = True
    why = ""

    def __init__(self, file: Path) -> None:
        self._file = file

    def get(self, name: str) -> str | None:
        return self._read().get(name)

    def set(self, name: str, value: str) -> None:
        self._write({**self._read(), name: value})

    def delete(self, name: str) -> None:
        self._write({kept: value for kept, value in self._read().items() if kept != name})

    def _read(self) -> dict[str, str]:
        if not self._file.exists():
            return {}
        found: dict[str, str] = json.loads(self._file.read_text(encoding="utf-8"))
        return found

    def _write(self, values: Mapping[str, str]) -> None:
        new = self._file.with_suffix(".new")
        new.write_text(json.dumps(values), encoding="utf-8")
        new.replace(self._file)


def parts(job: Job) -> Parts:
    return Parts(clock=Ahead(job.ahead), secrets=Keyring(Path(job.keyring)))


def say(at: str, **more: Any) -> None:
    """One line that arrives whatever happens next."""
    os.write(1, (json.dumps({"at": at, **more}) + "\n").encode())


def state(home: Home) -> dict[str, Any]:
    """What must not be lost nor change by being killed: words, dues, what left."""
    cases = {}
    for line in queries.inbox(home):
        if line.row.case is None:
            continue
        page = queries.case_page(home, line.row.case)
        facts = page.known.facts
        cases[str(line.row.case)] = {
            "stage": page.stage.value,
            "draft": page.drafts[-1].text if page.drafts else "",
            "revisions": [one.words.text for one in facts.revisions],
            "dues": {one.kind: _time(one.clears_at, page.wall) for one in page.blockers},
            "entries": [f"{one.chosen.channel} {how.value}" for one, how in page.entries],
        }
    return cases


def _time(due: datetime | None, now: datetime) -> str:
    """When it clears by itself, if that is still to come."""
    return due.isoformat() if due is not None and due > now else ""


class NoBrowser(QObject):
    @Slot(QUrl)
    def take(self, _url: QUrl) -> None:
        """Opens nothing."""


class Person:
    """Does the steps by the mouse; says what it sees."""

    def __init__(self, job: Job, program: Program) -> None:
        self.job, self.program = job, program
        self.hands = Mouse(program)

    def do(self, step: str) -> None:
        steps: Mapping[str, Callable[[], None]] = MappingProxyType(
            {name: getattr(self, name) for name in dir(self) if not name.startswith("_")}
        )
        say("begins", step=step)
        steps[step]()
        self.hands.settle()
        say("did", step=step, state=state(self._home))

    @property
    def _home(self) -> Home:
        assert self.program.desk is not None
        return self.program.desk.home

    def idle(self) -> None:
        """Let the window be for a moment: whatever it does by itself at its start, it does now."""
        assert self.program.shell is not None
        self.program.shell.schedule.ask()
        self.hands.settle()

    def come_in(self) -> None:
        hands = self.hands
        hands.press("welcome.setup")
        hands.fill("welcome.business_name", "Blue Door Bakery")
        hands.press("welcome.next")
        if hands.seen("welcome.you.name") is None:
            return  # she is here already
        self._fill("welcome.you", ANA)
        hands.press("welcome.next", settle=False)
        say("making")
        hands.until(lambda: hands.seen("welcome.you.code"), "the recovery code is shown")
        say("code")

    def add_source(self) -> None:
        hands = self.hands
        hands.go_to("Listening")
        hands.press("listening.add_first")
        hands.fill("source.address", self.job.feed)
        hands.press("source.go")
        hands.press("source.own_network")
        hands.press("source.go")
        hands.press("source.go")

    def check(self) -> None:
        self.hands.menu("tools", "action.check")
        self.hands.until(lambda: self.hands.counts()["New"] == 1, "the mention comes in")

    def listens(self) -> None:
        self.hands.until(lambda: self.hands.counts()["New"] == 1, "it hears by itself")

    def account(self) -> None:
        hands = self.hands
        hands.menu("tools", "action.settings")
        hands.press("settings.topic.accounts")
        hands.press("accounts.add.mail")
        values = {
            "name": "Blue Door Bakery",
            "address": "hello@bluedoor.example",
            "host": "127.0.0.1",
            "port": str(self.job.port),
            "password": MAIL_PASSWORD,
        }
        for name, value in values.items():
            hands.fill(f"account.{name}", value)
        hands.press("account.save")
        self._sign_in()

    def open(self) -> None:
        """Find the case by a word of it."""
        hands = self.hands
        if hands.seen("inbox.search") is None:
            hands.go_to("New")
        hands.fill("inbox.search", "wasp")
        hands.open(AUTHOR)

    def read(self) -> None:
        self.hands.press("case.read")
        self._sign_in()

    def feel(self) -> None:
        self.hands.press("case.feel.stung")

    def judge(self) -> None:
        hands = self.hands
        hands.press("case.judge.verdict.genuine")
        hands.press("case.judge.kind.complaint")
        hands.fill("case.judge.evidence", "Order 212.")
        hands.press("case.judge.save")

    def sign_in(self) -> None:
        self.hands.menu("tools", "action.sign_in")
        self._sign_in()
        say("shows", words=self.hands.words("case.editor"))

    def type(self) -> None:
        """Word by word, with a breath now and then: what stands there when it says "Saved"."""
        hands = self.hands
        hands.click(hands.find("case.editor"))
        hands.key("Ctrl+End", settle=False)
        for number, word in enumerate(re.findall(r"\s*\S+\s*", self.job.words), start=1):
            hands.type(word)
            QTest.qWait(MOMENT_MS)
            if number % BREATH:
                say("typed", words=hands.words("case.editor"))
            else:
                self._saved()
        self._saved()

    def _saved(self) -> None:
        hands = self.hands
        hands.until(lambda: hands.words("case.saved").startswith("Saved"), "it is saved")
        say("saved", words=hands.words("case.editor"))

    def leave(self) -> None:
        """Another card: the words become a version."""
        self.hands.click(self.hands.find("case.mention"))

    def by_mail(self) -> None:
        hands = self.hands
        hands.press("case.details")
        hands.choose("case.channel", "E-mail")
        hands.fill("case.target", MAIL)
        hands.press("case.details.use")
        hands.fill("case.subject", SUBJECT)
        self.leave()

    def ask(self) -> None:
        hands = self.hands
        hands.menu("reply", "case.action.ask")
        if hands.seen("ask.new.name") is None:
            return
        self._fill("ask.new", BEN)
        hands.press("ask.go")
        hands.until(lambda: hands.seen("ask.code"), "the recovery code is shown")
        say("code")
        hands.press("ask.safe")
        hands.press("ask.go")

    def sign(self) -> None:
        hands = self.hands
        if "needs_second_person" not in hands.before_it_goes():
            return  # he has signed already
        hands.menu("reply", "case.action.review")
        for tick in ("true", "kind", "promise", "private"):
            hands.press(f"review.tick.{tick}")
        hands.fill("review.passphrase", WORDS[BEN])
        hands.press("review.sign", settle=False)
        say("signing")
        hands.until(lambda: hands.seen("dialog.review") is None, "the dialog closes")

    def look(self) -> None:
        self.hands.menu("reply", "case.action.look")
        self.hands.press("look.send")

    def send(self) -> None:
        self.hands.press("case.send", settle=False)
        say("sending")
        self.hands.until(lambda: self.hands.counts()["Follow up"] == 1, "it arrived")

    def hold(self) -> None:
        self.hands.press("case.holding")
        self.hands.press("holding.send")
        self.hands.until(lambda: self.hands.seen("holding.link"), "it asks where it was posted")

    def held(self) -> None:
        """It waits for a word about it, wherever one looks."""
        self.hands.fill("case.held.link", "https://talk.example/17#first")
        self.hands.press("case.held.posted")

    def not_there(self) -> None:
        self._in_doubt()
        self.hands.press("case.sending.no")

    def it_is_there(self) -> None:
        self._in_doubt()
        self.hands.press("case.sending.yes")

    def _in_doubt(self) -> None:
        hands = self.hands
        assert hands.counts()["Needs you"] == 1
        said = [one.text() for one in hands.find("case.sending").findChildren(QLabel)]
        assert "Did this appear?" in said, said

    def debrief(self) -> None:
        hands = self.hands
        hands.press("case.close")
        hands.press("debrief.outcome.resolved")
        hands.fill("debrief.escalated", "Nobody tasted it.")
        hands.press("debrief.done")

    def _fill(self, form: str, who: str) -> None:
        self.hands.fill(f"{form}.name", who)
        self.hands.fill(f"{form}.passphrase", WORDS[who])
        self.hands.fill(f"{form}.again", WORDS[who])

    def _sign_in(self) -> None:
        hands = self.hands
        if hands.seen("sign_in.passphrase") is None:
            return
        if hands.find("sign_in.who").currentText() != ANA:
            hands.choose("sign_in.who", ANA)
        hands.fill("sign_in.passphrase", WORDS[ANA])
        hands.press("sign_in.go", settle=False)
        say("unlocking")
        hands.until(lambda: hands.seen("sign_in") is None, "somebody is signed in")
        hands.settle()


def main() -> int:
    app = QApplication(["calmreply"])
    app.setQuitOnLastWindowClosed(False)
    theme.install(app)
    browser = NoBrowser()
    for scheme in ("http", "https"):
        QDesktopServices.setUrlHandler(scheme, browser, "take")  # type: ignore[arg-type]  # str works
    for name in LOADED:
        import_module(name)
    say("ready")
    told = json.loads(sys.stdin.readline())
    job = Job(**{**told, "steps": tuple(told["steps"])})
    program = Program(Ways(lambda: open_home(Path(job.folder), parts(job), "a window")))
    program.frame.resize(1280, 860)
    program.show()
    program.frame.activateWindow()
    person = Person(job, program)
    say("painted")
    person.hands.until(lambda: program.shell is not None, "the home opens")
    person.hands.settle()
    assert program.desk is not None
    say("opened", state=state(program.desk.home))
    for step in job.steps:
        person.do(step)
    say("waits")
    sys.stdin.readline()
    program.finish()
    return 0


if __name__ == "__main__":
    sys.exit(main())
