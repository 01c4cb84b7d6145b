"""Many small web sites on this computer, each on a loopback address of its own.

To whoever asks, each of them is another host. So it works where all of 127.0.0.0/8 is this
computer, as on Linux.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from collections.abc import Iterator, Mapping
from typing import Final

from tests.hostile.sending import Line, Play

_PATIENCE: Final = 40.0
"""Seconds: longer than any download may take."""
_LONGEST_REQUEST: Final = 64_000


class Sites:
    """Serves the plays until it is closed; `address_of` says where, `asked` counts by name."""

    def __init__(self, plays: Mapping[str, Play]) -> None:
        self.asked: dict[str, int] = dict.fromkeys(plays, 0)
        self._over = threading.Event()
        self._selector = selectors.DefaultSelector()
        self._lines: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._addresses: dict[str, str] = {}
        for host, (name, play) in zip(_hosts(), plays.items(), strict=False):
            door = socket.create_server((host, 0), backlog=64)
            self._addresses[name] = f"http://{host}:{door.getsockname()[1]}/"
            self._selector.register(door, selectors.EVENT_READ, (name, play))
        self._wake, self._waker = socket.socketpair()
        self._selector.register(self._wake, selectors.EVENT_READ, None)
        self._threads = [threading.Thread(target=self._serve, name="sites")]
        self._threads[0].start()

    def address_of(self, name: str) -> str:
        return self._addresses[name]

    @property
    def hosts(self) -> frozenset[str]:
        """HOST:PORT of each."""
        return frozenset(
            one.removeprefix("http://").rstrip("/") for one in self._addresses.values()
        )

    def close(self) -> None:
        self._over.set()
        self._waker.sendall(b"x")
        self._threads[0].join(10)
        with self._lock:
            for line in self._lines:
                with contextlib.suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)
        for thread in self._threads[1:]:
            thread.join(10)
        for key in list(self._selector.get_map().values()):
            if isinstance(key.fileobj, socket.socket):
                key.fileobj.close()
        self._selector.close()
        self._waker.close()

    def _serve(self) -> None:
        while not self._over.is_set():
            for key, _events in self._selector.select():
                if key.data is None or not isinstance(key.fileobj, socket.socket):
                    continue
                name, play = key.data
                with contextlib.suppress(OSError):
                    line, _from = key.fileobj.accept()
                    self.asked[name] += 1
                    thread = threading.Thread(
                        target=self._one, args=(line, play), name=f"site {name}"
                    )
                    self._threads.append(thread)
                    thread.start()

    def _one(self, line: socket.socket, play: Play) -> None:
        with self._lock:
            self._lines.add(line)
        try:
            with line, contextlib.suppress(OSError):
                line.settimeout(_PATIENCE)
                heard = b""
                while b"\r\n\r\n" not in heard and len(heard) < _LONGEST_REQUEST:
                    piece = line.recv(4_096)
                    if not piece:
                        return
                    heard += piece
                play(Line(line, self._over.wait))
        finally:
            with self._lock:
                self._lines.discard(line)


def _hosts() -> Iterator[str]:
    return (
        f"127.{net}.{low}.{last}" for net in range(10, 60) for low in range(1, 250) for last in (1,)
    )
