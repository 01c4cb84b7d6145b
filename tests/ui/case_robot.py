"""The case page by what a person does and sees on it, and a home in which to do so.

    page = CaseRobot(qtbot, bench)        # the page alone, in a window of its own
    page.open(case)
    assert page.blockers() == ["not_read", "not_judged", ...]
    page.press("case.read")

Nothing sleeps: `settle` lets everything that was begun come to its end.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QVBoxLayout, QWidget
from tests.ui.patience import PATIENCE, wait_for

from calmreply.adapters.channels.hand import HandChannel
from calmreply.app import facts
from calmreply.app.cases import judge
from calmreply.app.home import Actor, Home
from calmreply.app.ledger import MentionsHeard, writing
from calmreply.app.listening import listen
from calmreply.app.persons import people
from calmreply.app.persons.people import NewPerson
from calmreply.app.ports.storage import Account, ReadTransaction, WriteTransaction
from calmreply.app.reviewing import review
from calmreply.app.rules import settings
from calmreply.app.sending import accounts, send, write
from calmreply.app.sending.send import SendReport
from calmreply.domain.case import Choice, Verdict
from calmreply.domain.mention import CaseId, Heard, Origin, Stars
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.reply import Offer
from calmreply.domain.review import NEEDED, Tick
from calmreply.errors import KnownError
from calmreply.testing.channels import ScriptedChannel
from calmreply.testing.clock import FakeClock
from calmreply.testing.entropy import CountingEntropy
from calmreply.testing.keys import FastKeys
from calmreply.testing.ports import InThisProcess, NoFeeds, NoWeb
from calmreply.testing.secrets import FakeSecrets
from calmreply.testing.store import MemoryStore
from calmreply.ui.case.page import CasePage
from calmreply.ui.desk import Desk
from calmreply.ui.kit.rest import any_holds
from calmreply.ui.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from calmreply.ui.case.work import Shown

W = TypeVar("W", bound=QWidget)
PASSPHRASE = "twelve letters and more"
WEDNESDAY = datetime(2026, 11, 18, 13, 34, tzinfo=UTC)
SAID = (
    "Ordered a birthday cake for Saturday, it said Happy Birthday Stan. My daughter is called "
    "Sian. Nobody picks up the phone and the shop was shut when I drove back. Never again."
)
REPLY = (
    "Dear Marta, thank you for telling us, and I am sorry that Sian's birthday was spoiled. I "
    "would like to find out what went wrong: please call Ana on the shop number."
)


class Obstinate(MemoryStore):
    """A store that can be told to fail its writes, or to let its readers wait."""

    def __init__(self) -> None:
        super().__init__()
        self.fails: KnownError | None = None
        self.gate = threading.Event()
        self.gate.set()
        self.writes = 0

    @contextmanager
    def read(self) -> Iterator[ReadTransaction]:
        self.gate.wait(PATIENCE / 1000)
        with super().read() as tx:
            yield tx

    @contextmanager
    def write(self) -> Iterator[WriteTransaction]:
        if self.fails is not None:
            raise self.fails
        self.writes += 1
        with super().write() as tx:
            yield tx


DISK_FULL = KnownError("disk_full", "The disk is full.", "Make room, then try again.")


class Bench:
    """A home of fakes with Ana and Tom in it, and short words for what happened before."""

    def __init__(
        self, *, max_length: int | None = None, opens: str = "00:00", alone: bool = False
    ) -> None:
        """`alone`: there is no Tom."""
        self.clock = FakeClock(WEDNESDAY)
        self.mail = ScriptedChannel("mail", "E-mail", max_length=max_length)
        self.store = Obstinate()
        secrets, entropy = FakeSecrets(), CountingEntropy(7)
        self.home = Home(
            store=self.store,
            clock=self.clock,
            entropy=entropy,
            keys=FastKeys(entropy, secrets, "home"),
            secrets=secrets,
            web=NoWeb(),
            feeds=NoFeeds(),
            apart=InThisProcess(),
            channels={"hand": HandChannel(), "mail": self.mail},
            listeners={},
            run="run-1",
        )
        people.found_home(self.home)
        hours = "1-7 09:00-18:00" if opens != "00:00" else "1-7 00:00-23:59"
        settings.change(self.home, None, {"currency": "GBP", "hours": hours})
        self._vouching: Actor | None = None
        self.ana = self.person("Ana", 5_000)
        self.tom = self.ana if alone else self.person("Tom", 2_000)

    def person(self, name: str, may_offer: int = 0) -> Actor:
        people.enrol(self.home, NewPerson(name, may_offer=may_offer), PASSPHRASE, self._vouching)
        actor = people.unlock(self.home, name, PASSPHRASE)
        self._vouching = self._vouching or actor
        return actor

    def said(self, text: str = SAID, **more: Any) -> CaseId:
        """A complaint on a page, unless told otherwise."""
        told: dict[str, Any] = {
            "author": "Marta Kowalczyk",
            "origin": Origin.PASTE,
            "url": "https://reviews.example/corner-bakery/marta",
            "site": "Google",
            "stars": Stars(1),
            "published": self.clock.wall,
        }
        heard = Heard(key="", text=text, **{**told, **more})
        _mention, case, _changes = listen.add_mention(self.home, heard)
        return case

    def letter(self, **more: Any) -> CaseId:
        """A complaint by letter, with an address to write to."""
        told: dict[str, Any] = {
            "origin": Origin.LETTER,
            "url": None,
            "site": "",
            "contact": "marta@kowalczyk.example",
            "visibility": listen.visibility_of(Origin.LETTER),
        }
        return self.said(**{**told, **more})

    def edited(self, case: CaseId, text: str, **more: Any) -> None:
        """The author changed it where it stands."""
        with writing(self.home) as ledger:
            mention = ledger.tx.mention(ledger.tx.case(case).mention)
            before = mention.versions[0]
            key = listen.pasted_key(before.author, before.text, mention.url, mention.site)
            told: dict[str, Any] = {"author": before.author, "stars": before.stars, **more}
            heard = Heard(key=key, text=text, origin=mention.origin, url=mention.url, **told)
            (one,) = ledger.tx.add_mentions(
                None, [heard], ledger.now.wall, older=[False], rules_line=0
            )
            news = ((str(one.mention), str(one.case or ""), one.digest),)
            ledger.record(MentionsHeard("", 0, news, ledger.reading))

    def account(self) -> None:
        accounts.save(self.home, self.ana, Account("mail", "mail", {}))

    def read(self, case: CaseId, feeling: Feeling | None = Feeling.CALM) -> None:
        judge.read_all(self.home, self.ana, case)
        if feeling is not None:
            judge.say_feeling(self.home, self.ana, case, feeling)

    def judged(self, case: CaseId, kind: Kind = Kind.COMPLAINT) -> None:
        said = "Order 8817, 15 November"
        judge.judge(self.home, self.ana, case, kind=kind, verdict=Verdict.GENUINE, evidence=said)

    def wrote(self, case: CaseId, text: str = REPLY, who: Actor | None = None, **more: Any) -> None:
        with self.home.store.read() as tx:
            known, all_accounts = facts.load(self.home, tx, case), tx.accounts()
        words = write.words_like(self.home, known.facts, all_accounts, text=text, **more)
        write.revise(self.home, who or self.ana, case, words)

    def asked(self, case: CaseId) -> None:
        review.ask(self.home, self.ana, case, "Tom")

    def signed(self, case: CaseId, *more: Tick) -> None:
        review.sign(self.home, self.tom, case, (*NEEDED, *more))

    def looked(self, case: CaseId, choice: Choice = Choice.SEND) -> None:
        send.look(self.home, self.ana, case, choice)

    def written(self, case: CaseId, **more: Any) -> CaseId:
        """Read, felt, judged and written; nobody has been asked."""
        self.read(case)
        self.judged(case)
        self.wrote(case, **more)
        return case

    def signed_off(self, case: CaseId, **more: Any) -> CaseId:
        self.written(case, **more)
        self.asked(case)
        self.signed(case)
        return case

    def ready(self, case: CaseId, **more: Any) -> CaseId:
        """Nothing stands in the way."""
        self.signed_off(case, **more)
        self.clock.advance(minutes=21)
        self.looked(case)
        return case

    def sent(self, case: CaseId, **more: Any) -> SendReport:
        return send.send(self.home, self.ana, self.ready(case, **more))

    def kinds(self, case: CaseId) -> list[str]:
        return [one.kind for one in send.blockers(self.home, case)]

    def draft(self, case: CaseId, who: Actor | None = None) -> str | None:
        """What the store keeps of somebody's unfinished words."""
        with self.home.store.read() as tx:
            mine = [d for d in tx.drafts(case) if d.by == (who or self.ana).person.id]
        return mine[-1].text if mine else None

    def revisions(self, case: CaseId) -> list[str]:
        with self.home.store.read() as tx:
            known = facts.load(self.home, tx, case)
        return [one.words.text for one in known.facts.revisions]

    def offer(self, amount: int) -> Offer:
        return Offer("A new cake", amount, "GBP")


class CaseRobot:
    """A case page in a window of its own, with Ana signed in; `finish` ends it."""

    def __init__(
        self,
        qtbot: QtBot,
        bench: Bench,
        *,
        who: Actor | None = None,
        size: tuple[int, int] = (830, 780),
    ) -> None:
        self.qtbot, self.bench = qtbot, bench
        self.asked_who: list[Callable[[Actor], None]] = []
        self.crashes: list[BaseException] = []
        self._pools = {name: ThreadPoolExecutor(n) for name, n in _LANES.items()}
        self.runner = Runner(self._pools, crashed=self.crashes.append)
        self.desk = Desk(bench.home, self.runner, self.asked_who.append)
        self.problems: list[KnownError] = []
        self.rooms: list[str] = []
        self.desk.problem.connect(self.problems.append)
        self.desk.room_wanted.connect(self.rooms.append)
        if who is not None:
            self.desk.sign_in(who)
        self.window = QWidget()
        whole = QVBoxLayout(self.window)
        whole.setContentsMargins(0, 0, 0, 0)
        self.page = CasePage(self.desk, self.window)
        # What it shows while the store is slow comes when a test says that it is.
        self.page._slow.setInterval(PATIENCE)
        whole.addWidget(self.page)
        self.window.resize(*size)

    def open(self, case: CaseId) -> CaseRobot:
        """Show the window with this case on it."""
        self.window.show()
        self.window.activateWindow()
        self.page.show_case(case)
        self.settle()
        return self

    def rebuilt(self, case: CaseId) -> CaseRobot:
        """Another page over the same home, as after a start of the program."""
        actor = self.desk.actor
        self.finish()
        return CaseRobot(self.qtbot, self.bench, who=actor).open(case)

    def finish(self) -> None:
        if self._pools:
            self.page.flush()
            self.runner.close()
            for pool in self._pools.values():
                pool.shutdown()
            self._pools = {}
            for window in self._windows():
                window.close()
            self.window.deleteLater()
            self.desk.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            QApplication.processEvents()
            assert not self.crashes, self.crashes

    # waiting

    def until(self, holds: Callable[[], object]) -> None:
        wait_for(self.qtbot, holds)

    def settle(self) -> None:
        """Let everything that was begun come to its end."""
        QApplication.processEvents()
        self.until(lambda: not self._at_work())
        QApplication.processEvents()
        if self._at_work():
            self.settle()

    def _at_work(self) -> bool:
        return bool(self.runner.busy) or any_holds(self.window)

    def later(self, **time: float) -> None:
        """Let time pass, and the page notice."""
        self.bench.clock.advance(**time)
        self.page._tick.timeout.emit()
        self.settle()

    def saved(self) -> None:
        """Wait until the words are in the store, as the editor would have it said."""
        self.until(lambda: not self.page.reply.saver.dirty)
        self.settle()

    # seeing

    @property
    def shown(self) -> Shown:
        """What the page shows."""
        assert self.page.shown is not None, "no case is shown"
        return self.page.shown

    def find(self, name: str, kind: type[W] | None = None) -> W:
        """The widget of that objectName that is on screen now."""
        wanted: type[QWidget] = kind or QWidget
        for window in self._windows():
            for found in (window, *window.findChildren(wanted, name)):
                if found.objectName() == name and found.isVisible():
                    return found  # type: ignore[return-value]  # of that kind by findChildren
        raise AssertionError(f"{name} is not on screen")

    def _windows(self) -> list[QWidget]:
        """Ours and what stands before it, the dialogs first."""
        others = [w for w in QApplication.topLevelWidgets() if w.parentWidget() is self.window]
        return [*others, self.window]

    def there(self, name: str) -> bool:
        try:
            self.find(name)
        except AssertionError:
            return False
        return True

    def blockers(self) -> list[str]:
        """The keys of what is still to be done, in order."""
        return [line.key for line in self.page.before.lines() if line.sign != "done"]

    def done(self) -> list[str]:
        return [line.key for line in self.page.before.lines() if line.sign == "done"]

    def line(self, key: str) -> str:
        """What a line says, its second line and its link behind it."""
        found = next(one for one in self.page.before.lines() if one.key == key)
        return " | ".join(filter(None, (found.words, found.second, found.action)))

    def send_says(self) -> tuple[str, bool]:
        button = self.page.before.send
        return button.text(), button.isEnabled() and button.isVisible()

    def words(self) -> str:
        return self.page.reply.edit.words()

    def text(self, name: str) -> str:
        """What a label or button says."""
        found: Any = self.find(name)
        return str(found.text())

    def notice(self, card: str) -> str:
        found: Any = self.find(f"case.{card}.notice" if card else "case.notice")
        return str(found.words())

    # doing

    def press(self, name: str, *, settle: bool = True) -> None:
        """Press a button by the mouse."""
        button = self.find(name, QAbstractButton)
        # Some can be pressed only once something else has been painted.
        self.until(button.isEnabled)
        self.page.columns.bring(button)
        QApplication.processEvents()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=QPoint(12, button.height() // 2))
        if settle:
            self.settle()

    def do(self, key: str) -> None:
        """Press the link of a line."""
        self.press(f"case.check.{key}")

    def key(self, key: Qt.Key, *keys: Qt.KeyboardModifier) -> None:
        """Press a key where the focus is."""
        held = Qt.KeyboardModifier.NoModifier
        for one in keys:
            held |= one
        QTest.keyClick(QApplication.focusWidget() or self.window, key, held)
        self.settle()

    def write(self, words: str) -> None:
        """Type at the end of what stands in the editor."""
        edit = self.page.reply.edit
        edit.setFocus()
        cursor = edit.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        edit.setTextCursor(cursor)
        QTest.keyClicks(edit, words)

    def leave_editor(self) -> None:
        """Go to another card."""
        self.window.activateWindow()
        self.page.reply.edit.setFocus()
        QApplication.processEvents()
        self.page.mention.words.setFocus()
        self.settle()

    def fill(self, name: str, words: str) -> None:
        field: Any = self.find(name)
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, words)

    def slow(self) -> AbstractContextManager[None]:
        """While this holds, the store answers no reader."""
        return self._slow()

    @contextmanager
    def _slow(self) -> Iterator[None]:
        self.bench.store.gate.clear()
        try:
            yield
        finally:
            self.bench.store.gate.set()


_LANES = {"write": 1, "read": 2, "net": 2, "wait": 1}
