"""The real window over a full home, measured from within. Run as a file of its own.

    window.py HOME JOB COUNT

JOB is `open` (first paint, first usable inbox, memory), `scroll` or `search`. The program is
started by its own words and by its own main; what is put into it here only looks at the time.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
from collections.abc import Callable
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication

from calmreply.bench.bare import peak

if TYPE_CHECKING:
    from calmreply.ui.app import Program
    from calmreply.ui.shell.shell import Shell

WHEEL = 72
"""Pixels of one notch of a wheel."""
TICK = 1 / 60
PATIENCE = 20.0
MOMENT = 0.001
WAKE_MS = 500
OPENS_WITHIN_MS = 60_000


def main(folder: str, job: str, count: int) -> int:
    """Start the program over `folder`, do the job once its inbox is usable, and end it."""
    from calmreply.ui import imports  # noqa: PLC0415 - like the program itself

    imports.plain()
    from calmreply.__main__ import main as program_main  # noqa: PLC0415 - likewise
    from calmreply.ui import app  # noqa: PLC0415 - likewise

    watches: list[Watch] = []
    show = app.Program.show

    def watched_show(program: Program) -> None:
        watches.append(Watch(program, job, count))
        show(program)

    setattr(app.Program, "show", watched_show)  # noqa: B010 - it only looks, see above
    code = program_main(["--home", folder])
    sys.stdout.write(json.dumps(watches[0].said) + "\n")
    return code if "peak" in watches[0].said else 1


class Watch(QObject):
    """Notes the first paint of the window, and the first one of the list with text in it."""

    def __init__(self, program: Program, job: str, count: int) -> None:
        super().__init__()
        self.said: dict[str, Any] = {}
        self._program, self._job, self._count = program, job, count
        self._waits = False
        self._seen: tuple[QObject, ...] = (program.frame.ground, program.frame.pane.list.viewport())
        for widget in self._seen:
            widget.installEventFilter(self)
        QTimer.singleShot(OPENS_WITHIN_MS, self, self._give_up)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own name
        if event.type() == QEvent.Type.Paint and not self._waits:
            first = watched is self._seen[0] and "paint" not in self.said
            if first or self._usable():
                self._waits = True
                # Noted when all that is painted together with it has been painted.
                QTimer.singleShot(0, self._painted)
        return False

    def _usable(self) -> bool:
        shell = self._program.shell
        return shell is not None and "usable" not in self.said and rows_are_there(shell)

    def _painted(self) -> None:
        self._waits = False
        now = time.monotonic()
        if "paint" not in self.said:
            self.said["paint"] = now
        elif self._usable():
            self.said["usable"] = now
            QTimer.singleShot(0, self._next)

    def _give_up(self) -> None:
        """The window says why it cannot open, to nobody here."""
        if "usable" not in self.said:
            notice = self._program.frame.notice.words()
            sys.stderr.write(f"no usable inbox; the window says: {notice}\n")
            self._program.quit()

    def _next(self) -> None:
        for widget in self._seen:
            widget.removeEventFilter(self)
        self.said |= JOBS[self._job](self._program, self._count)
        self.said["peak"] = peak()
        self._program.quit()


def rows_are_there(shell: Shell) -> bool:
    """Whether every line in sight has its words."""
    lines, model = shell.frame.pane.list, shell.inbox.model
    if not model.rowCount():
        return False
    first = max(0, lines.rowAt(0))
    last = lines.rowAt(lines.viewport().height() - 1)
    last = model.rowCount() - 1 if last < 0 else last
    return all(model.known(model.index(row)) for row in range(first, last + 1))


class Frames(QObject):
    """Runs the Qt loop and notes how long each pass took in which the list was painted (ms)."""

    def __init__(self, program: Program) -> None:
        super().__init__()
        self.took: list[float] = []
        self._painted = False
        self._moment = threading.Event()
        program.frame.pane.list.viewport().installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own name
        self._painted = self._painted or event.type() == QEvent.Type.Paint
        return False

    def one(self, change: Callable[[], object] | None = None) -> None:
        """One pass: what a person does, and everything that comes of it at once."""
        self._painted = False
        began = time.perf_counter()
        if change is not None:
            change()
        QApplication.processEvents()
        if self._painted:
            self.took.append((time.perf_counter() - began) * 1000)

    def until(self, end: float) -> None:
        """Let the rest of a tick pass, and the readers work."""
        while time.perf_counter() < end:
            self._moment.wait(MOMENT)
            self.one()


def only_open(_program: Program, _count: int) -> dict[str, Any]:
    """Nothing more: the times are there."""
    return {}


def scroll(program: Program, count: int) -> dict[str, Any]:
    """By the wheel, by the page, and by jumping anywhere, sixty times a second."""
    bar = program.frame.pane.list.verticalScrollBar()
    dice = random.Random(3)  # noqa: S311 - no secret, but the same every time
    page = bar.pageStep()
    moves: tuple[Callable[[], int], ...] = (
        lambda: bar.value() + WHEEL,
        lambda: bar.value() + page,
        lambda: dice.randrange(bar.maximum() + 1),
    )
    found = {}
    for name, move in zip(("wheel", "page", "jump"), moves, strict=True):
        frames = Frames(program)
        for _frame in range(count):
            end = time.perf_counter() + TICK
            frames.one(lambda: bar.setValue(move()))  # noqa: B023 - called at once
            frames.until(end)
        found[name] = frames.took
    return found


def search(program: Program, count: int) -> dict[str, Any]:
    """Each question from the words to the rows, and from the key to the painted rows (ms)."""
    from calmreply.bench.sample import Corpus  # noqa: PLC0415 - it is no part of the start
    from calmreply.ui.inbox.reads import Wanted, load  # noqa: PLC0415 - likewise

    if program.shell is None or program.desk is None:
        raise RuntimeError("no home is open")
    home, inbox = program.desk.home, program.shell.inbox
    typed = Corpus(seed=2).asked(count)
    asked, shown = [], []
    for words in typed:
        began = time.perf_counter()
        load(home, Wanted(inbox.wanted.stage, words), inbox.view)
        asked.append((time.perf_counter() - began) * 1000)
    frames, loop, answer = Frames(program), QEventLoop(), Answer(program)
    # Wakes the loop where nothing else would, so that patience can come to its end.
    waker = QTimer(interval=WAKE_MS)
    waker.start()
    # The same words once more are no question to the window.
    for words in (words for words, _same in groupby(typed)):
        began = time.perf_counter()
        answer.forget()
        # The pause after the last key is left out: it is there on purpose.
        program.frame.pane.search.asked.emit(words)
        while not answer.shown and time.perf_counter() - began < PATIENCE:
            # Sleeps until something comes, as the program's own loop does.
            loop.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        shown.append((time.perf_counter() - began) * 1000)
        frames.until(time.perf_counter() + TICK)
    return {"asked": asked, "shown": shown}


class Answer(QObject):
    """Whether the lines that were asked for have been painted, or that there are none."""

    def __init__(self, program: Program) -> None:
        super().__init__()
        self._pane = program.frame.pane
        self._came = self._painted = False
        self._pane.list.viewport().installEventFilter(self)
        if program.shell is not None:
            program.shell.inbox.loaded.connect(self._on_loaded)

    def forget(self) -> None:
        self._came = self._painted = False

    @property
    def shown(self) -> bool:
        return self._came and (self._painted or self._pane.empty is not None)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own name
        self._painted = self._painted or (self._came and event.type() == QEvent.Type.Paint)
        return False

    def _on_loaded(self, _view: object) -> None:
        self._came = True


JOBS = MappingProxyType({"open": only_open, "scroll": scroll, "search": search})

if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
