"""A bare window: a table of a hundred rows, a label, a button. Run as a file of its own.

Says when its first paint was done and how much memory it held. Imports nothing of ours.
"""

from __future__ import annotations

import json
import sys
import time

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QMainWindow,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

ROWS = 100


def peak() -> int | None:
    """The most bytes of memory this process held; None where the system does not say."""
    try:
        with open("/proc/self/status", encoding="ascii") as file:  # noqa: PTH123 - as bare as can be
            told = {line.split(":")[0]: line.split() for line in file}
        return int(told["VmHWM"][1]) * 1024
    except OSError:
        pass
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


class FirstPaint(QObject):
    """Notes when everything that the first paint paints has been painted."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self.at = 0.0
        self._begun = False
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]  # there is one

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own
        if event.type() == QEvent.Type.Paint and not self._begun:
            self._begun = True
            QTimer.singleShot(0, self._done)
        return False

    def _done(self) -> None:
        self.at = time.monotonic()
        QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]  # as above
        sys.stdout.write(json.dumps({"paint": self.at, "peak": peak()}) + "\n")
        QApplication.quit()


def main() -> None:
    app = QApplication(sys.argv)
    window = QMainWindow()
    table = QTableWidget(ROWS, 2)
    for row in range(ROWS):
        table.setItem(row, 0, QTableWidgetItem(f"Row {row}"))
        table.setItem(row, 1, QTableWidgetItem("Ordered a birthday cake for Saturday"))
    holder = QWidget()
    column = QVBoxLayout(holder)
    for widget in (table, QLabel("A label"), QPushButton("A button")):
        column.addWidget(widget)
    window.setCentralWidget(holder)
    window.resize(1280, 820)
    _watch = FirstPaint(window)
    window.show()
    app.exec()


if __name__ == "__main__":
    main()
