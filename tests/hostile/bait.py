"""What hostile input tries to make a program touch, and how it is noticed when it does.

A file that nobody has a reason to open, and a door on this computer that nobody has a reason to
knock at. Whatever is read names both, in every way in which addresses can be written.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

DOOR: Final = "127.0.1.1"
SECRET: Final = "the-words-in-the-canary-file"


@dataclass(frozen=True)
class Bait:
    """`file` is the path of the canary, `port` that of the door at `DOOR`."""

    file: str
    port: int

    @property
    def site(self) -> str:
        return f"{DOOR}:{self.port}"

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every spelling that a program was ever seen to follow."""
        file, port, site = quote(self.file), self.port, self.site
        return (
            *(f"file://{file}", f"file://localhost{file}", f"file:{file}", f"FILE://{file}"),
            *(self.file, f"..{file}", f"file:///./..{file}", f"jar:file://{file}!/x"),
            *(f"http://{site}/a.png", f"//{site}/b.png", f"https://{site}/c", f"ftp://{site}/d"),
            *(f"http://localhost:{port}/e", f"http://[::1]:{port}/f", f"http://2130706433:{port}/"),
            *(f"http://0x7f000001:{port}/", f"http://127.1:{port}/", f"http://0:{port}/"),
            *(f"http://[::ffff:127.0.1.1]:{port}/", f"http://user:word@{site}/g"),
            *(f"\\\\{DOOR}\\share\\h.png", f"\\\\{DOOR}@{port}\\i.png", f"smb://{site}/j"),
            *(f"gopher://{site}/k", f"dict://{site}/l", f"ws://{site}/m", f"feed:http://{site}/n"),
            *(f"javascript:fetch('http://{site}/')", f"data:text/html,<img src=http://{site}/>"),
            *(
                f"vbscript:x('http://{site}/')",
                f"view-source:http://{site}/",
                f"blob:http://{site}/",
            ),
        )


class Canary:
    """The file and the door; `knocks` are the first bytes that came through it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "canary-file.txt"
        self.path.write_text(SECRET, encoding="utf-8")
        self.knocks: list[bytes] = []
        self._doors = [socket.create_server((DOOR, 0))]
        port = int(self._doors[0].getsockname()[1])
        with contextlib.suppress(OSError):  # somebody else may have the port there
            self._doors.append(socket.create_server(("127.0.0.1", port)))
        self.bait = Bait(str(self.path), port)
        self._threads = [
            threading.Thread(target=self._stand, args=(door,), name="canary")
            for door in self._doors
        ]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        for door in self._doors:
            with contextlib.suppress(OSError):
                door.shutdown(socket.SHUT_RDWR)
            door.close()
        for thread in self._threads:
            thread.join(5)

    def _stand(self, door: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                line, _from = door.accept()
                with line:
                    line.settimeout(0.2)
                    heard = b""
                    with contextlib.suppress(OSError):
                        heard = line.recv(200)
                    self.knocks.append(heard)
