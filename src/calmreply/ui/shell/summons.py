"""A second copy over the same folder asks the first one to show its window, and leaves.

The copy that holds the folder's lock listens at a local socket in that folder (on Windows: a named
pipe called after it) which only its own user may open. One word is understood; whatever else comes
is dropped. Where there is no Qt Network or the folder takes no socket, nothing is offered.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalSocket

WORD = b"show\n"
_IDLE_MS = 2000
_WAITING = 4
"""Callers at once; more are sent away."""
_LONGEST = 80
"""Bytes of a path: systems allow a little more than 100, and Qt begins under a longer name."""


def load(folder: Path) -> str | None:
    """The address of a folder's window; None where there can be none. Imports; on any thread."""
    try:
        importlib.import_module("PySide6.QtNetwork")
    except ImportError:  # it needs libraries of the system that the window does without
        return None
    real = os.path.realpath(folder)
    if sys.platform == "win32":
        digest = hashlib.sha256(os.path.normcase(real).encode()).hexdigest()
        return f"calmreply-{digest[:32]}"
    file = os.path.join(real, "window")  # noqa: PTH118 - as Qt takes it, a text
    return file if len(os.fsencode(file)) <= _LONGEST else None


class Summons(QObject):
    """Listens; only for whoever holds the folder's lock: what stands in the way is a dead one's."""

    wanted = Signal()

    def __init__(self, address: str, parent: QObject) -> None:
        from PySide6.QtNetwork import QLocalServer  # noqa: PLC0415 - `load` says whether it is there

        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.setMaxPendingConnections(_WAITING)
        self._server.newConnection.connect(self._on_caller)
        QLocalServer.removeServer(address)
        self.listens = self._server.listen(address)

    def close(self) -> None:
        """Listen no longer; the socket goes."""
        self._server.close()

    def _on_caller(self) -> None:
        while (caller := self._server.nextPendingConnection()) is not None:
            caller.setReadBufferSize(len(WORD) + 1)
            caller.disconnected.connect(caller.deleteLater)
            caller.readyRead.connect(partial(self._on_words, caller))
            QTimer.singleShot(_IDLE_MS, caller, caller.abort)
            self._on_words(caller)

    def _on_words(self, caller: QLocalSocket) -> None:
        said = bytes(caller.peek(len(WORD) + 1).data())
        if WORD.startswith(said) and said != WORD:
            return  # the rest may be on its way
        caller.abort()
        if said == WORD:
            self.wanted.emit()


class Caller(QObject):
    """Looks whether a window listens (`there`), and tells it to show itself (`told`)."""

    there = Signal()
    told = Signal()

    def __init__(self, address: str, parent: QObject) -> None:
        super().__init__(parent)
        self._address = address

    def look(self) -> None:
        socket = self._socket()
        socket.connected.connect(self.there)
        socket.connected.connect(socket.abort)
        socket.connectToServer(self._address)

    def tell(self) -> None:
        """Where nobody listens any more, nothing comes of it."""
        socket = self._socket()
        socket.connected.connect(partial(socket.write, WORD))
        socket.bytesWritten.connect(self.told)
        socket.connectToServer(self._address)

    def _socket(self) -> QLocalSocket:
        from PySide6.QtNetwork import QLocalSocket as Socket  # noqa: PLC0415 - likewise

        return Socket(self)
