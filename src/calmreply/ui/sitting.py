"""One home in one window: paint first, then import and open the home, then fill it in."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QSessionManager

from calmreply.errors import KnownError
from calmreply.i18n import _
from calmreply.ui.pool import Pool
from calmreply.ui.runner import Runner
from calmreply.ui.shell.frame import Frame
from calmreply.ui.ways import First, Open, TeamDoor, Ways

if TYPE_CHECKING:
    from calmreply.app.home import Home
    from calmreply.ui.desk import Desk
    from calmreply.ui.inbox.reads import Loaded
    from calmreply.ui.shell.autostart import Autostart
    from calmreply.ui.shell.shell import Shell
    from calmreply.ui.shell.summons import Summons
    from calmreply.ui.shell.teller import Teller
    from calmreply.ui.sign_in.asking import SignIn


@dataclass(frozen=True, slots=True)
class _Ready:
    """What the opening brought to the Qt thread."""

    home: Home
    loaded: Loaded
    own_start: Autostart | None
    stood: str


class Sitting(QObject):
    """A window and everything under it, from the first paint to the last thread."""

    ready = Signal()
    """A home is open and its first page is in the list."""
    over = Signal()
    """The window has closed; call `finish`."""
    rehearse_wanted = Signal()

    def __init__(self, ways: Ways) -> None:
        super().__init__()
        self._ways = ways
        self._open: Open = ways.open_home
        self._first = ways.first
        self._folder = ways.folder
        self._closing = ExitStack()
        self._ended = False
        self._executors: dict[str, Executor] = {
            "write": ThreadPoolExecutor(1, "write"),
            "read": ThreadPoolExecutor(2, "read"),
            "net": Pool(44, "net"),  # all rounds there may be, and room for replies
            "wait": Pool(16, "wait"),
        }
        self.runner = Runner(self._executors, crashed=self.crashed, known=self._known, parent=self)
        self.frame = Frame()
        self.frame.may_close = self._may_close
        self.shell: Shell | None = None
        self.desk: Desk | None = None
        self.teller: Teller | None = None
        self.sign_in: SignIn | None = None
        self.summons: Summons | None = None
        self.then: Ways | None = None
        """What the next window is to open, once this one is gone."""
        self._quitting = False
        # A timer of no time comes after all that waits to be painted.
        self._shown = QTimer(self, singleShot=True, interval=0)
        self._shown.timeout.connect(self._on_shown)
        self.frame.ground.painted.connect(self._begin, Qt.ConnectionType.QueuedConnection)

    def show(self) -> None:
        """Paint the bare window; the rest begins right after that."""
        self.frame.show()

    # opening

    def _begin(self) -> None:
        told = self.frame.status.say_state
        self.runner.run(self._enter, then=self._on_open, failed=self._on_refused, progress=told)

    def _enter(self, progress: Callable[[str], object]) -> _Ready:
        """On the writer's thread: import what opening takes, open, lock, read the first page."""
        first, self._first = self._first, None
        if first is not None:  # where it fails, the home is opened as it was, at the next try
            first(progress)
        with ExitStack() as closing:
            opened = closing.enter_context(self._open())
            closing.enter_context(opened.lock())
            from calmreply.app import remembered  # noqa: PLC0415 - after the first paint
            from calmreply.ui.inbox.reads import first_page  # noqa: PLC0415
            from calmreply.ui.shell import autostart, mark, shell, standing  # noqa: F401, PLC0415
            from calmreply.ui.sign_in.asking import SignIn  # noqa: F401, PLC0415

            loaded = first_page(opened.home)
            own_start = autostart.here(self._ways.start_command())
            stood = remembered.recall(opened.home, standing.NAME)
            self._closing = closing.pop_all()
        return _Ready(opened.home, loaded, own_start, stood)

    def _on_open(self, found: _Ready) -> None:
        from calmreply.ui.desk import Desk  # noqa: PLC0415 - imported by now, on another thread
        from calmreply.ui.shell import mark, standing  # noqa: PLC0415
        from calmreply.ui.shell.shell import Shell  # noqa: PLC0415
        from calmreply.ui.sign_in.asking import SignIn  # noqa: PLC0415

        standing.put_back(self.frame, found.stood)
        self.sign_in = SignIn(self.frame)
        self.desk = Desk(found.home, self.runner, self.sign_in.ask, self._ways.read_list)
        self.sign_in.serve(self.desk)
        self.desk.team = self._team_door()
        may_rehearse = self._ways.rehearse is not None
        self.shell = Shell(
            self.frame, self.desk, found.loaded, found.own_start, may_rehearse=may_rehearse
        )
        self.shell.quit_wanted.connect(self.quit)
        self.shell.leaving.free.connect(self._close)
        self.shell.leaving.stays.connect(self._stay)
        self.shell.rehearse_wanted.connect(self.rehearse_wanted)
        self.frame.setWindowIcon(mark.icon())
        self._shown.start()

    def _on_shown(self) -> None:
        """The list has been painted: now what may take its time."""
        if self.shell is not None and self.desk is not None and not self._ended:
            self.shell.start()
            self._tell_of_news(self.shell, self.desk)
            self.ready.emit()
            self.shell.pages.prepare("case")
            self._find_address(self._listen)

    def _tell_of_news(self, shell: Shell, desk: Desk) -> None:
        from calmreply.ui.shell.teller import Teller  # noqa: PLC0415 - not for the first paint

        shell.inbox.loaded.connect(shell.staying.count)
        self.teller = Teller(desk, shell)
        self.teller.due.connect(shell.staying.note)
        self.teller.start()

    def _on_refused(self, error: KnownError) -> None:
        """The data cannot be opened: say so in the window, and what to do."""
        from calmreply.ui.shell.trouble import IN_USE, TroublePage  # noqa: PLC0415 - rarely needed

        may_choose = self._ways.open_folder is not None
        page = TroublePage(error, may_choose=may_choose, door=self._team_door())
        page.again_wanted.connect(self._again)
        page.folder_wanted.connect(self._other_folder)
        page.quit_wanted.connect(self.quit)
        self.frame.pages.addWidget(page)
        self.frame.pages.setCurrentWidget(page)
        self.frame.panes.show_room(alone=True)
        self.frame.menuBar().hide()
        self.frame.rail.setEnabled(False)
        self.frame.status.say_state(_("Not open"))
        page.setFocus()
        if error.code == IN_USE:
            self._find_address(page.offer_other)

    def _again(self) -> None:
        page = self.frame.pages.currentWidget()
        if page is not None:
            self.frame.pages.removeWidget(page)
            page.deleteLater()
        self.frame.menuBar().show()
        self.frame.rail.setEnabled(True)
        self.frame.panes.show_room(alone=False)
        self.frame.status.say_state(_("Opening…"))
        self._begin()

    def _other_folder(self, folder: str) -> None:
        open_folder = self._ways.open_folder
        if open_folder is not None:
            self._open = lambda: open_folder(Path(folder))
            self._folder = lambda: Path(folder)
            self._again()

    # another home

    def _team_door(self) -> TeamDoor | None:
        teams, folder = self._ways.teams, self._folder
        if teams is None or folder is None:
            return None
        return TeamDoor(teams, folder, self.runner, self.begin_again, self._ways.mover)

    def begin_again(self, first: First) -> None:
        """Close this home, do `first`, and open in another window what there is then."""
        self.then = replace(self._ways.after(first, self._open), folder=self._folder)
        self.quit()

    # a second copy

    def _find_address(self, then: Callable[[str | None], object]) -> None:
        """Where the window over this folder listens, or would."""
        folder = self._folder
        if folder is not None:
            self.runner.run(lambda: _address(folder), then=then, on="read")

    def _listen(self, address: str | None) -> None:
        from calmreply.ui.shell.summons import Summons  # noqa: PLC0415 - imported by now

        if address is not None and not self._ended:
            self.summons = Summons(address, self)
            self.summons.wanted.connect(self.come_forward)

    def come_forward(self) -> None:
        """Somebody has started the program once more."""
        if self.shell is not None:
            self.shell.staying.come_forward()

    # errors

    def _known(self, error: KnownError) -> None:
        self.frame.notice.say_error(error)

    def crashed(self, error: BaseException) -> None:
        """A bug of ours: say so where the person works, with a report to copy."""
        from calmreply.app.sending.held import HeldError  # noqa: PLC0415 - not before the first paint

        if isinstance(error, HeldError):
            self.frame.notice.say(
                _("Something still stands before this reply."),
                _("“Before it can go” says what it is, and who clears it."),
                tone="amber",
            )
            return
        report = "".join(traceback.format_exception(error))
        sys.stderr.write(report)
        words = _("Something went wrong in CalmReply itself.")
        way_out = _("Nothing was sent because of it. Please copy the report for the makers.")
        if self._ways.write_report is not None:
            way_out += " " + str(self._ways.write_report(error))
        self.frame.notice.say(
            words,
            way_out,
            action=_("Copy the report"),
            do=lambda: QGuiApplication.clipboard().setText(report),
        )
        if self.shell is None and not self._ended:
            self._on_refused(KnownError("bug", words, _("Try again, or choose another folder.")))

    # the end

    def quit(self) -> None:
        """End the program: close the window, whatever the tray would rather have.

        Where words are not kept yet, it goes on by itself once they are, or when somebody says so.
        """
        self._quitting = True
        self._close()

    def flush(self) -> None:
        """Save what stands in the editors; the session may end at any moment."""
        if self.shell is not None:
            self.shell.pages.flush()

    def end_session(self, manager: QSessionManager) -> None:
        """The computer is being shut down: ask it to wait where words cannot be kept."""
        stuck = self.shell is not None and self.shell.leaving.stuck
        self.flush()
        if self.shell is not None and stuck and manager.allowsInteraction():
            manager.cancel()
            self.shell.leaving.may_go()

    def _close(self) -> None:
        if self.frame.isVisible():
            self.frame.close()
        else:
            self._may_close()

    def _stay(self) -> None:
        self._quitting, self.then = False, None

    def _may_close(self) -> bool:
        shell = self.shell
        if not self._ended and shell is not None and not shell.leaving.may_go():
            return False
        if not self._quitting and shell is not None and shell.staying.stays:
            self.frame.hide()
            return False
        self._leave()
        return True

    def _leave(self) -> None:
        if not self._ended:
            self._ended = True
            self._finish()
            self.over.emit()

    def finish(self) -> None:
        """Save, wait for what is being written, close the home, end all threads. Idempotent."""
        self._quitting = True
        self._leave()

    def _finish(self) -> None:
        if self.summons is not None:
            self.summons.close()
        if self.teller is not None:
            self.teller.stop()
        if self.shell is not None:
            self.shell.stop()
        self.runner.close()
        try:
            # On the thread that opened it.
            self._executors["write"].submit(self._closing.close).result()
        except KnownError as error:
            sys.stderr.write(f"{error}\n")  # there is no window any more to say it in
        finally:
            for executor in self._executors.values():
                executor.shutdown(cancel_futures=True)


def _address(folder: Callable[[], Path]) -> str | None:
    from calmreply.ui.shell import summons  # noqa: PLC0415 - not before the first paint

    return summons.load(folder())
