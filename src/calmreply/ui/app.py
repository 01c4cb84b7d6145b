"""The window from start to end, and the rehearsal that may stand in its place for a while.

`run` is what `bootstrap` calls; it passes in how a home is opened, because the window knows no
adapter. `Program` is the same without Qt's event loop, for tests and the guided tour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from calmreply.ui import running
from calmreply.ui.kit import theme
from calmreply.ui.shell.frame import NAME
from calmreply.ui.sitting import Sitting
from calmreply.ui.ways import Open, Opened, Ways

if TYPE_CHECKING:
    from calmreply.ui.rehearsing import RehearsalWindow

__all__ = ["Open", "Opened", "Program", "Ways", "run"]


class Program(Sitting):
    """A home in its window, and a rehearsal in place of it while that lasts."""

    def __init__(self, ways: Ways) -> None:
        super().__init__(ways)
        self.rehearsal: RehearsalWindow | None = None
        self.rehearse_wanted.connect(self.rehearse)

    def come_forward(self) -> None:
        """The window that is there: of a rehearsal, where one is going on."""
        if self.rehearsal is not None:
            self.rehearsal.program.come_forward()
        else:
            super().come_forward()

    def rehearse(self) -> None:
        """Open a window over a rehearsal in place of this one, until it is closed."""
        from calmreply.ui.rehearsing import RehearsalWindow  # noqa: PLC0415 - rarely needed

        if self._ways.rehearse is None or self.rehearsal is not None:
            return
        self.flush()
        self.rehearsal = RehearsalWindow(self._ways.rehearse(), self)
        self.rehearsal.over.connect(self._on_rehearsed)
        self.rehearsal.program.frame.resize(self.frame.size())
        self.rehearsal.show()
        self.frame.hide()

    def _on_rehearsed(self) -> None:
        self._end_rehearsal()
        if not self._ended:
            self.frame.show()
            self.frame.activateWindow()

    def _end_rehearsal(self) -> None:
        rehearsal, self.rehearsal = self.rehearsal, None
        if rehearsal is not None:
            rehearsal.finish()

    def _finish(self) -> None:
        self._end_rehearsal()
        super()._finish()


def run(ways: Ways) -> int:
    """Show the window until it is closed; returns the exit code of the program."""
    app = QApplication.instance() or QApplication([NAME])
    if not isinstance(app, QApplication):
        raise TypeError("the window needs a QApplication")
    app.setApplicationName(NAME)
    app.setDesktopFileName("calmreply")
    app.setQuitOnLastWindowClosed(False)
    theme.install(app)
    then: Ways | None = ways
    code = 0
    while then is not None:
        code, then = _run_one(app, then)
    return code


def _run_one(app: QApplication, ways: Ways) -> tuple[int, Ways | None]:
    """One window until it is closed; returns as well what another one is to open."""
    program = Program(ways)
    program.over.connect(app.quit, Qt.ConnectionType.QueuedConnection)
    ending = app.commitDataRequest.connect(program.end_session)
    with running.bugs_and_signals(program), running.smoothly(program):
        program.show()
        code = app.exec()
        program.finish()
    app.commitDataRequest.disconnect(ending)
    program.frame.deleteLater()
    return code, program.then
