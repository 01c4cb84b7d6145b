"""A small site of which each question can be answered otherwise, and a web that loses answers."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.elsewhere import free_port

from calmreply.adapters.web import HttpWeb
from calmreply.app.ports import Cancelled, Download
from calmreply.errors import KnownError


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, as it came; `headers` have lower-case names."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    @property
    def name(self) -> str:
        """As `says` calls it: `GET /api/v1/x`."""
        return f"{self.method} {self.path}"

    @property
    def said(self) -> Any:
        return json.loads(self.body)

    @property
    def token(self) -> str:
        return self.headers.get("authorization", "").removeprefix("Bearer ")


@dataclass(frozen=True, slots=True)
class Answer:
    """`said` goes as JSON unless it is text; `cut` ends the connection without a word."""

    said: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False


CUT = Answer(cut=True)
Says = Callable[[Asked], Answer]


class ScriptedSite:
    """`says` holds what answers to "METHOD /path"; all else is a 404 in JSON."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.says: dict[str, Says] = {}
        self.asked: list[Asked] = []
        self._lock = threading.Lock()

    def answer(self, asked: Asked) -> Answer:
        with self._lock:
            self.asked.append(asked)
        says = self.says.get(asked.name)
        return says(asked) if says else Answer({"error": "Record not found"}, 404)

    def answers(self, name: str, answer: Answer) -> None:
        """Always the same, from now on."""
        self.says[name] = lambda _asked: answer

    def names(self) -> list[str]:
        """What was asked, in order."""
        return [one.name for one in self.asked]

    def bodies(self, name: str) -> list[bytes]:
        return [one.body for one in self.asked if one.name == name]


@contextmanager
def running() -> Iterator[ScriptedSite]:
    """A site on this computer, for as long as needed."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 120

        def do_GET(self) -> None:
            split = urlsplit(self.path)
            size = int(self.headers.get("Content-Length", "0"))
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = parse_qs(split.query)
            body = self.rfile.read(size)
            answer = site.answer(Asked(self.command, split.path, query, headers, body))
            if answer.cut:
                self.close_connection = True
                return
            said = answer.said if isinstance(answer.said, str) else json.dumps(answer.said)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said.encode())))
            self.end_headers()
            with suppress(ConnectionError):  # whoever finds it too large reads no further
                self.wfile.write(said.encode())

        do_POST = do_GET  # noqa: N815 - the name that http.server looks for

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    site = ScriptedSite(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def closed() -> str:
    """An address where nobody listens."""
    return f"http://127.0.0.1:{free_port()}"


class LosingWeb(HttpWeb):
    """Loses the answer to what changes something, after it has arrived."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self._what = what

    def ask(
        self,
        address: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] = MappingProxyType({}),
        body: bytes = b"",
        allow_private: bool = False,
        cancelled: Cancelled | None = None,
    ) -> Download:
        got = super().ask(
            address,
            method=method,
            headers=headers,
            body=body,
            allow_private=allow_private,
            cancelled=cancelled,
        )
        if method == "POST" and address.endswith(self._what):
            raise KnownError("broken_answer", "The answer was lost.", "Look whether it is there.")
        return got
