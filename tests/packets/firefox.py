"""A real Firefox without a screen and without a network, spoken to by its Marionette protocol."""

from __future__ import annotations

import base64
import json
import os
import re
import select
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Any

NAMES = ("firefox-esr", "firefox")
PATIENCE = 120.0
"""Seconds for one answer of the browser, on a busy computer."""
_CHOICES = """
user_pref("marionette.port", 0);
user_pref("network.proxy.type", 1);
user_pref("network.proxy.http", "127.0.0.1");
user_pref("network.proxy.http_port", 9);
user_pref("network.proxy.ssl", "127.0.0.1");
user_pref("network.proxy.ssl_port", 9);
"""
"""Every request would go to a port of this computer where nobody listens."""
_WAIT = """
const told = arguments[arguments.length - 1];
const look = () => { const found = (%s); found ? told(found) : setTimeout(look, 20); };
look();
"""


def installed() -> str | None:
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Firefox:
    def __init__(self, program: str, folder: Path) -> None:
        profile = folder / "profile"
        profile.mkdir()
        (profile / "user.js").write_text(_CHOICES, encoding="utf-8")
        size = ("--width", "390", "--height", "844")
        self._process = subprocess.Popen(
            [program, "--headless", "--no-remote", "--marionette", "--profile", profile, *size],
            env={**os.environ, "HOME": str(folder), "MOZ_LOG": ""},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self._socket: socket.socket | None = None
        self._number, self._rest = 0, b""
        try:
            self._socket = socket.create_connection(("127.0.0.1", self._port()), PATIENCE)
            self._hear()
            self.ask("WebDriver:NewSession", capabilities={})
            self.ask("WebDriver:SetTimeouts", script=int(PATIENCE * 1000))
        except Exception:
            self.close()
            raise

    def _port(self) -> int:
        """Where it listens, which it says once it does."""
        said, out = b"", self._process.stdout
        assert out is not None
        while (found := re.search(rb"Listening on port (\d+)", said)) is None:
            if not select.select([out], [], [], PATIENCE)[0]:
                raise TimeoutError("the browser says nothing")
            got = os.read(out.fileno(), 1 << 16)
            if not got:
                raise RuntimeError(f"the browser has ended: {said!r}")
            said += got
        return int(found[1])

    def ask(self, command: str, **params: Any) -> Any:
        """Raises RuntimeError for an error of the protocol."""
        assert self._socket is not None
        self._number += 1
        body = json.dumps([0, self._number, command, params]).encode()
        self._socket.sendall(b"%d:%b" % (len(body), body))
        _kind, _number, error, result = self._hear()
        if error is not None:
            raise RuntimeError(f"{command}: {error}")
        return result

    def _hear(self) -> Any:
        while (length := self._rest.partition(b":"))[1] == b"" or len(length[2]) < int(length[0]):
            assert self._socket is not None
            got = self._socket.recv(1 << 16)
            if not got:
                raise RuntimeError("the browser has ended")
            self._rest += got
        size, _colon, rest = self._rest.partition(b":")
        self._rest = rest[int(size) :]
        return json.loads(rest[: int(size)])

    def open(self, file: Path) -> str:
        """Open a file; returns the state the page says it is in."""
        self.ask("WebDriver:Navigate", url=file.as_uri())
        return str(self.wait("document.getElementById('main').dataset.state"))

    def wait(self, script: str) -> Any:
        """The value of an expression, once it is true."""
        found = self.ask("WebDriver:ExecuteAsyncScript", script=_WAIT % script, args=[])
        return found["value"]

    def text(self, selector: str = "main") -> str:
        return str(self.wait(f"document.querySelector({json.dumps(selector)})?.innerText"))

    def press(self, selector: str) -> None:
        """A real press where it stands, after it was scrolled to."""
        self.ask("WebDriver:ElementClick", id=self._find(selector))

    def type(self, selector: str, words: str) -> None:
        self.ask("WebDriver:ElementSendKeys", id=self._find(selector), text=words)

    def _find(self, selector: str) -> str:
        found = self.ask("WebDriver:FindElement", using="css selector", value=selector)
        return str(next(iter(found["value"].values())))

    def picture(self, target: Path) -> None:
        shown = self.ask("WebDriver:TakeScreenshot", full=True)
        target.write_bytes(base64.b64decode(shown["value"]))

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._process.terminate()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
