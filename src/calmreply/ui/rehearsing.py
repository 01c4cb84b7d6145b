"""The window over a rehearsal: the real one, with a banner that says so and a button for time.

That button is the only thing in the program that moves time, and it moves the rehearsal's own
clock: what `Rehearsing` reaches is no real home. Beside the jumps the time passes as it does
outside, so that the clocks on the page run. Runs on the Qt thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QPainter
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QSizePolicy, QWidget

from calmreply.app.rehearse import sample
from calmreply.app.rules import settings
from calmreply.app.words import wording
from calmreply.i18n import _
from calmreply.ui.kit.buttons import Button, LinkButton
from calmreply.ui.kit.text import PlainLabel
from calmreply.ui.kit.theme import theme
from calmreply.ui.kit.widgets import Notice
from calmreply.ui.sitting import Sitting
from calmreply.ui.ways import Opened, Rehearsing, Ways

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

SKIP = timedelta(minutes=20)
BEAT_MS = 1000
WEB = ("http", "https")


class Banner(QFrame):
    """Says that nothing leaves, what time it is here, and skips ahead."""

    skip_wanted = Signal()
    end_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rehearsal.banner")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._passphrase = str(sample()["passphrase"])
        self._said = PlainLabel(_("Rehearsal: nothing leaves."), "strong", tone="amber")
        self._time = PlainLabel("", "second", tone="amber")
        self._time.setObjectName("rehearsal.time")
        self.skip = Button(_("Skip ahead 20 minutes"), self.skip_wanted.emit)
        self.skip.setObjectName("rehearsal.skip")
        self.end = LinkButton(_("End the rehearsal"), self.end_wanted.emit)
        self.end.setObjectName("rehearsal.end")
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 7, 14, 7)
        line.setSpacing(14)
        line.addWidget(self._said)
        line.addWidget(self._time, 1)
        line.addWidget(self.skip)
        line.addWidget(self.end)
        self._said.setWordWrap(False)

    def show_time(self, now: datetime, zone: str) -> None:
        """What time it is in the rehearsal, and with what one signs in."""
        words = _("Everybody signs in with: {passphrase}. It is {time} here.")
        time = wording.clock(now, zone)
        self._time.setText(words.format(passphrase=self._passphrase, time=time))

    def told(self) -> str:
        """What it says now."""
        return f"{self._said.text()} {self._time.text()}"

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), theme().color("amber_tint"))


class EndNotice(Notice):
    """Asked once before a rehearsal in which something was done is thrown away."""

    end = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rehearsal.ending")
        self._button.setObjectName("rehearsal.ending.end")
        self._close.setText(_("Go on rehearsing"))
        self._close.setObjectName("rehearsal.ending.stay")

    def ask(self) -> None:
        """Ask, and put the focus where nothing is lost."""
        self.say(
            _("End the rehearsal?"),
            _("What was done in it is thrown away. Your own data stays as it is."),
            tone="amber",
            action=_("End it"),
            do=self.end.emit,
        )
        # What was shown just now takes the focus only when it has its place.
        QTimer.singleShot(0, self._close, self._take_focus)

    def _take_focus(self) -> None:
        self._close.setFocus(Qt.FocusReason.OtherFocusReason)


class RehearsalWindow(QObject):
    """A sitting of its own over a rehearsal. `over` comes when its window has closed."""

    over = Signal()

    def __init__(self, rehearsing: Rehearsing, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rehearsing = rehearsing
        self._looks = (theme().mode, round(theme().scale * 100))
        self.program = Sitting(Ways(self._open))
        self.banner = Banner()
        ground = self.program.frame.ground.layout()
        if not isinstance(ground, QBoxLayout):
            raise TypeError("the banner stands over what lies on the ground")
        ground.insertWidget(0, self.banner)
        self.ending = EndNotice()
        self.program.frame.add_notice(self.ending)
        self._touched = self._sure = False
        self._may_close = self.program.frame.may_close
        self.program.frame.may_close = self._may_end
        self.program.ready.connect(self._on_ready)
        self.ending.end.connect(self._end)
        self.banner.skip_wanted.connect(self.skip)
        self.banner.end_wanted.connect(self.program.quit)
        # Queued: whoever hears of it ends what is telling it.
        self.program.over.connect(self._on_over, Qt.ConnectionType.QueuedConnection)
        self._passed = QElapsedTimer()
        self._beat = QTimer(self, interval=BEAT_MS)
        self._beat.timeout.connect(self._on_beat)

    def show(self) -> None:
        """From now on pages are not opened, and time passes."""
        for scheme in WEB:
            QDesktopServices.setUrlHandler(scheme, self, "on_page")  # type: ignore[arg-type]  # a name
        self._passed.start()
        self._beat.start()
        self.program.show()

    def skip(self, by: timedelta = SKIP) -> None:
        """Let time pass at once, and the window notice."""
        self._rehearsing.advance(by)
        self._say_time()
        if self.program.shell is not None:
            self.program.shell.pulse.beat()

    def finish(self) -> None:
        """End it, and let go of its window. Idempotent."""
        self._stop()
        self._sure = True
        self.program.over.disconnect(self._on_over)
        self.program.finish()
        self.program.frame.close()
        self.program.frame.deleteLater()
        self.program.deleteLater()
        self.deleteLater()

    @Slot(QUrl)
    def on_page(self, url: QUrl) -> None:
        """Somebody would open a page: there is none behind the sample's addresses."""
        words = _("Here the page would open: {page}").format(page=url.toDisplayString())
        self.program.frame.status.say(words)

    @contextmanager
    def _open(self) -> Iterator[Opened]:
        """The sample's home, looking as the rest of the program does."""
        mode, percent = self._looks
        with self._rehearsing.open() as opened:
            sizes = [size for size in settings.TYPE_SIZES if int(size) <= percent]
            looks = {"theme": mode, "type_size": (sizes or settings.TYPE_SIZES)[-1]}
            settings.change(opened.home, None, looks)
            yield opened

    def _on_beat(self) -> None:
        self._rehearsing.advance(timedelta(milliseconds=self._passed.restart()))
        self._say_time()

    def _say_time(self) -> None:
        self.banner.show_time(self._rehearsing.now(), self._rehearsing.zone)

    def _on_ready(self) -> None:
        self._say_time()
        desk = self.program.desk
        if desk is not None:
            # Who only looked around loses nothing; whatever is written begins with one of these.
            desk.person_changed.connect(self._on_touched)
            desk.case_wanted.connect(self._on_touched)

    def _on_touched(self) -> None:
        self._touched = True

    def _may_end(self) -> bool:
        if self._touched and not self._sure:
            self.ending.ask()
            return False
        return self._may_close()

    def _end(self) -> None:
        self._sure = True
        self.ending.clear()
        self.program.quit()

    def _on_over(self) -> None:
        self._stop()
        self.over.emit()

    def _stop(self) -> None:
        self._beat.stop()
        for scheme in WEB:
            QDesktopServices.unsetUrlHandler(scheme)
