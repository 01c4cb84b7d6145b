"""From start to end: a window over a rehearsal, the steps, a picture after each."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QMessageLogContext,
    QSize,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from calmreply.app.rules import settings
from calmreply.errors import KnownError
from calmreply.i18n import _
from calmreply.ui.app import Open, Opened, Program, Ways
from calmreply.ui.kit import theme
from calmreply.ui.tour import pictures
from calmreply.ui.tour.guide import Guide
from calmreply.ui.tour.steps import Step, steps, texts

if TYPE_CHECKING:
    from calmreply.ui.ways import Rehearsing

SIZE = QSize(1360, 860)
FOLDER = "calmreply-tour"
OF_THE_SCREEN = ("This plugin does not support propagateSizeHints()",)


@dataclass(frozen=True, slots=True)
class Made:
    """A picture that was made."""

    file: Path
    words: str


Told = Callable[[Made], None]


def names() -> tuple[str, ...]:
    """The names of all pictures, in their order."""
    found: list[str] = []
    for number, step in enumerate(steps(), start=1):
        stem = f"{number:02}-{step.name}"
        found += [f"{stem}{end}.png" for end in ("", *_ends(step))]
    return tuple(found)


def take(first: Rehearsing, rehearsal: Rehearsing, out: Path, told: Told) -> None:
    """Do all steps; `told` of each picture. Raises KnownError `tour_stuck`, `cannot_write`.

    `first` is empty, as at the first start; the rehearsal that begins there is `rehearsal`.
    """
    folder = _folder(out)
    app = QApplication.instance() or QApplication(["calmreply"])
    if not isinstance(app, QApplication):
        raise TypeError("the window needs a QApplication")
    worn = theme.install(app, "light")
    program = Program(Ways(_looking_light(first), rehearse=lambda: rehearsal))
    program.frame.resize(SIZE)
    with _quietly():
        tour = _Tour(Guide(program, rehearsal), folder, told)
        try:
            program.show()
            tour.guide.open()
            for number, step in enumerate(steps(), start=1):
                tour.do(number, step)
        finally:
            _end(program)
            worn.set_mode("system")


def _looking_light(first: Rehearsing) -> Open:
    """However the computer looks, the pictures are light unless they are said to be dark."""

    @contextmanager
    def opened() -> Iterator[Opened]:
        with first.open() as found:
            settings.change(found.home, None, {"theme": "light"})
            yield found

    return opened


def _end(program: Program) -> None:
    """Close every window that was opened."""
    program.finish()
    program.frame.close()
    program.frame.deleteLater()
    program.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    QApplication.processEvents()


@contextmanager
def _quietly() -> Iterator[None]:
    """Leave out what Qt says of every dialog that it shows off the screen."""

    def say(kind: QtMsgType, where: QMessageLogContext, words: str) -> None:
        if words in OF_THE_SCREEN:
            return
        if before is not None:
            before(kind, where, words)
        else:
            sys.stderr.write(f"{words}\n")

    before = qInstallMessageHandler(say)
    try:
        yield
    finally:
        qInstallMessageHandler(before)


def _ends(step: Step) -> tuple[str, ...]:
    return (*(["-dark"] if step.dark else []), *(["-alone"] if step.alone else []))


class _Tour:
    def __init__(self, guide: Guide, folder: Path, told: Told) -> None:
        self.guide = guide
        self._folder, self._told = folder, told
        self._said = texts()

    def do(self, number: int, step: Step) -> None:
        """Raises KnownError `tour_stuck`, naming the step."""
        try:
            step.do(self.guide, self._said)
        except KnownError as error:
            where = _("Step {number}, {name}: {words}")
            words = where.format(number=number, name=step.name, words=error.words)
            raise KnownError(error.code, words, error.way_out) from error
        stem = f"{number:02}-{step.name}"
        # A page whose parts are still being placed would be blank.
        self.guide.settle()
        frame = self.guide.program.frame
        small = not pictures.is_covered(frame)
        self._save(pictures.of_window(frame), stem, step, small=small)
        if step.dark:
            self.guide.menu("action.dark")
            self._save(pictures.of_window(frame), f"{stem}-dark", step, small=small)
            self.guide.menu("action.light")
        if step.alone:
            self._save(pictures.of_dialog(frame), f"{stem}-alone", step, small=True)

    def _save(self, picture: QPixmap, stem: str, step: Step, *, small: bool) -> None:
        file = self._folder / f"{stem}.png"
        pictures.save(picture, file, small=small)
        self._told(Made(file, step.words))


def _folder(out: Path) -> Path:
    """The folder to write into. Raises KnownError `cannot_write`."""
    folder = Path(os.path.abspath(out))  # noqa: PTH100 - as it was said, links left as they are
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise KnownError(
            "cannot_write",
            _("The folder {folder} cannot be made: {why}.").format(
                folder=folder, why=error.strerror
            ),
            _("Choose another folder with --out."),
        ) from error
    return folder
