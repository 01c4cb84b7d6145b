"""The real window over a home that listens to what is hostile, its pulse felt from within.

    glance.py HOME SECONDS CASES

Run as a file of its own. The program starts by its own words, asks all its sources by itself, and
then the first cases of its list are opened one after the other. A timer notes how long the window
was held, and how much of that was work of its own thread, which other programs do not make longer.
What is put into the program only looks.
"""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, Qt, QTimer

from calmreply.bench.bare import peak

if TYPE_CHECKING:
    from calmreply.app.listening.polling import Turn
    from calmreply.ui.app import Program

_PULSE: Final = 2
_LOOK: Final = 2_000
_A_CASE: Final = 150
"""Milliseconds between two beats, two looks at how far it is, and two cases."""
_SLOW: Final = 0.15
"""Seconds: whatever holds the window longer is told with the case that is open."""


def main(folder: str, seconds: float, cases: int) -> int:
    from calmreply.ui import imports  # noqa: PLC0415 - like the program itself

    imports.plain()
    from calmreply.__main__ import main as program_main  # noqa: PLC0415 - likewise
    from calmreply.ui import app  # noqa: PLC0415 - likewise

    glances: list[Glance] = []
    show = app.Program.show

    def watched_show(program: Program) -> None:
        glances.append(Glance(program, seconds, cases))
        show(program)

    setattr(app.Program, "show", watched_show)  # noqa: B010 - it only looks, see above
    code = program_main(["--home", folder])
    sys.stdout.write(json.dumps(glances[0].said) + "\n")
    return code


class Glance(QObject):
    """Feels the pulse from the first filled list on, until all is asked and shown."""

    def __init__(self, program: Program, seconds: float, cases: int) -> None:
        super().__init__()
        self.said: dict[str, Any] = {"asked": 0, "sources": 0, "opened": 0, "slow": []}
        self.said |= {"gaps": {}, "work": {}}
        self._program, self._until, self._cases = program, time.monotonic() + seconds, cases
        self._during = "polling"
        self._beat, self._worked, self._case = 0.0, 0.0, ""
        self._pulse = QTimer(self, interval=_PULSE, timerType=Qt.TimerType.PreciseTimer)
        self._pulse.timeout.connect(self._on_beat)
        self._look = QTimer(self, interval=_LOOK)
        self._look.timeout.connect(self._on_look)
        self._walk = QTimer(self, interval=_A_CASE)
        self._walk.timeout.connect(self._on_walk)
        program.ready.connect(self._begin, Qt.ConnectionType.QueuedConnection)

    def _begin(self) -> None:
        self._beat, self._worked = time.monotonic(), time.thread_time()
        self._pulse.start()
        self._look.start()

    def _on_beat(self) -> None:
        now, worked = time.monotonic(), time.thread_time()
        longest = self.said["work"].get(self._during, 0.0)
        self.said["work"][self._during] = max(longest, round((worked - self._worked) * 1000, 1))
        self._worked = worked
        if now - self._beat > _SLOW:
            self.said["slow"].append([self._during, self._case, round(now - self._beat, 3)])
        gaps = self.said["gaps"]
        gaps.setdefault(self._during, []).append(round((now - self._beat) * 1000 - _PULSE, 1))
        if len(gaps[self._during]) > 1000:
            gaps[self._during] = sorted(gaps[self._during])[-100:]
        self._beat = now

    def _on_look(self) -> None:
        from calmreply.app.listening import polling  # noqa: PLC0415 - imported by now

        if self._program.desk is not None:
            self._program.desk.read(polling.turns)(self._on_turns)

    def _on_turns(self, turns: tuple[Turn, ...]) -> None:
        asked = sum(one.source.state.polled_at is not None for one in turns)
        self.said |= {"asked": asked, "sources": len(turns)}
        if asked == len(turns) or time.monotonic() > self._until:
            self._look.stop()
            self._during = "reading"
            if not self._walk.isActive():
                self._walk.start()

    def _on_walk(self) -> None:
        shell = self._program.shell
        number = self.said["opened"]
        if shell is None or number >= min(self._cases, shell.inbox.model.rowCount()):
            self._walk.stop()
            self._pulse.stop()
            self.said["peak"] = peak()
            self._program.quit()
            return
        self.said["opened"] += 1
        lines = self._program.frame.pane.list
        index = shell.inbox.model.index(number, 0)
        self._case = f"{number} {index.data()}"[:80]
        lines.setCurrentIndex(index)
        lines.opened.emit(index)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3])))
