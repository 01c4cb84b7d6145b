"""A faulty line between the program and a real site: what goes wrong, goes wrong at a known stage.

One connection carries one request here, as the program's own do.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum

_CHUNK = 65_536
_PATIENCE = 120.0


class Fault(Enum):
    """What happens to one request. `SITE_HAS_IT` are those after which the site has acted."""

    NONE = "none"
    CUT_AT_ONCE = "cut_at_once"
    CUT_IN_REQUEST = "cut_in_request"
    REPLY_LOST = "reply_lost"
    HALF_A_REPLY = "half_a_reply"
    ERROR_AFTER = "500_after_success"
    LATE = "late"
    CONFLICT = "409"
    FLOOD = "400_flood"
    SLOW_DOWN = "429"
    SIGN_IN = "401"


SITE_HAS_IT = frozenset({Fault.REPLY_LOST, Fault.HALF_A_REPLY, Fault.ERROR_AFTER, Fault.LATE})
_SAID = {
    Fault.ERROR_AFTER: (b"500 Internal Server Error", b"", b'{"message": "sorry"}'),
    Fault.CONFLICT: (b"409 Conflict", b"", b'{"code": "comment_duplicate", "message": "twice"}'),
    Fault.FLOOD: (b"400 Bad Request", b"", b'{"code": "comment_flood", "message": "too fast"}'),
    Fault.SLOW_DOWN: (
        b"429 Too Many Requests",
        b"Retry-After: 120\r\n",
        b'{"error": "RateLimitExceeded", "message": "slow down"}',
    ),
    Fault.SIGN_IN: (b"401 Unauthorized", b"", b'{"error": "ExpiredToken", "message": "sign in"}'),
}


@dataclass
class FaultyLine:
    """`faults` are used up one for each request that `meant` accepts; then all goes well.

    `meant` says by the request's first line which ones are: a POST that publishes, not the reads.
    The site is known by its name on the line: where it names itself, that stands there instead.
    """

    to: tuple[str, int]
    meant: tuple[bytes, ...] = (b"POST ",)
    faults: list[Fault] = field(default_factory=list)
    met: list[Fault] = field(default_factory=list)
    passed: int = 0
    """Requests that were meant and reached the site whole."""
    late_by: float = 3.0

    def __post_init__(self) -> None:
        self._door = self._door_like(self.to[1])
        self.port: int = self._door.getsockname()[1]
        self._here = b"127.0.0.1:%d" % self.port
        self._there = b"127.0.0.1:%d" % self.to[1]
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._stand, name="faulty line")]
        self._threads[0].start()

    def _door_like(self, port: int) -> socket.socket:
        """A port as long as the site's: so no length changes where one stands for the other."""
        while True:
            door = socket.create_server(("127.0.0.1", 0))
            if len(str(door.getsockname()[1])) == len(str(port)):
                return door
            door.close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        self._stop.set()
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port), timeout=_PATIENCE).close()
        for thread in self._threads:
            thread.join(_PATIENCE)
        self._door.close()

    def _stand(self) -> None:
        while not self._stop.is_set():
            client, _from = self._door.accept()
            if self._stop.is_set():
                client.close()
                return
            thread = threading.Thread(target=self._serve, args=(client,), name="faulty line")
            self._threads.append(thread)
            thread.start()

    def _serve(self, client: socket.socket) -> None:
        client.settimeout(_PATIENCE)
        with client, suppress(OSError):
            request = _whole(client)
            if request:
                self._pass(client, request)

    def _fault(self, request: bytes) -> Fault:
        if not any(request.startswith(start) for start in self.meant):
            return Fault.NONE
        with self._lock:
            fault = self.faults.pop(0) if self.faults else Fault.NONE
            self.met.append(fault)
        return fault

    def _pass(self, client: socket.socket, request: bytes) -> None:
        fault = self._fault(request)
        meant = any(request.startswith(start) for start in self.meant)
        if fault is Fault.CUT_AT_ONCE:
            return
        if fault in _SAID and fault is not Fault.ERROR_AFTER:
            client.sendall(_answer(fault))
            return
        with socket.create_connection(self.to, timeout=_PATIENCE) as site:
            if fault is Fault.CUT_IN_REQUEST:
                site.sendall(request[: len(request) - 1])
                return
            site.sendall(request.replace(self._here, self._there))
            answer = _whole(site, answer=True).replace(self._there, self._here)
            if meant:
                with self._lock:
                    self.passed += 1
        match fault:
            case Fault.REPLY_LOST:
                return
            case Fault.HALF_A_REPLY:
                client.sendall(answer[: len(answer) // 2])
            case Fault.ERROR_AFTER:
                client.sendall(_answer(fault))
            case Fault.LATE:
                self._stop.wait(self.late_by)
                client.sendall(answer)
            case _:
                client.sendall(answer)


def _answer(fault: Fault) -> bytes:
    status, headers, body = _SAID[fault]
    return b"".join(
        (
            b"HTTP/1.1 " + status + b"\r\nContent-Type: application/json\r\n" + headers,
            b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body),
            body,
        )
    )


def _whole(line: socket.socket, *, answer: bool = False) -> bytes:
    """One whole request or answer, as its own length says; empty where none came."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = line.recv(_CHUNK)
        if not more:
            return data if answer else b""
        data += more
    head, _gap, body = data.partition(b"\r\n\r\n")
    lower = head.lower()
    if b"\r\ntransfer-encoding: chunked" in lower:
        while not body.endswith(b"0\r\n\r\n"):
            more = line.recv(_CHUNK)
            if not more:
                break
            body += more
        return head + b"\r\n\r\n" + body
    named = [one for one in lower.split(b"\r\n") if one.startswith(b"content-length:")]
    if not named and answer:
        while more := line.recv(_CHUNK):
            body += more
    length = int(named[0].partition(b":")[2]) if named else 0
    while len(body) < length:
        more = line.recv(_CHUNK)
        if not more:
            break
        body += more
    return head + b"\r\n\r\n" + body


@contextmanager
def faulty_line(
    port: int, *faults: Fault, meant: tuple[bytes, ...] = (b"POST ",)
) -> Iterator[FaultyLine]:
    """A faulty line to the site on that port of loopback."""
    line = FaultyLine(("127.0.0.1", port), meant, list(faults))
    try:
        yield line
    finally:
        line.close()
