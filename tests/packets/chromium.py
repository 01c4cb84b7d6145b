"""A real Chromium without a screen, as a phone in a tunnel: no network, 390 by 844, touched.

Spoken to by the DevTools protocol over a pair of pipes, so that no port is opened.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
PATIENCE = 120.0
"""Seconds for one answer of the browser, on a busy computer."""
_EXEC = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.dup2(int(sys.argv[2]), 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--lang=en-GB",
    "--remote-debugging-pipe",
)
_FEEL = """(() => {
  window.felt = false;
  addEventListener('click', () => setTimeout(() => { window.felt = true; }),
                   { capture: true, once: true });
})()"""
"""The browser answers before it has made a click of a touch: a tap is over once that was heard."""


def installed() -> str | None:
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Browser:
    """One browser for all tests; each test has a page, and so a context, of its own."""

    def __init__(self, program: str, folder: Path) -> None:
        theirs, self._write = _pipe()
        self._read, other = _pipe()
        words = (*_FLAGS, f"--user-data-dir={folder / 'profile'}", "about:blank")
        self._process = subprocess.Popen(
            [sys.executable, "-c", _EXEC, str(theirs), str(other), program, *words],
            pass_fds=(theirs, other),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs)
        os.close(other)
        self._number, self._rest = 0, b""
        self.events: list[dict[str, Any]] = []

    def ask(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        """Raises RuntimeError for an error of the protocol, TimeoutError for silence."""
        self._number += 1
        said: dict[str, Any] = {"id": self._number, "method": method, "params": params}
        if session:
            said["sessionId"] = session
        os.write(self._write, json.dumps(said).encode() + b"\0")
        while True:
            heard = self._hear()
            if heard.get("id") == said["id"]:
                if "error" in heard:
                    raise RuntimeError(f"{method}: {heard['error']}")
                result: dict[str, Any] = heard["result"]
                return result
            self.events.append(heard)

    def _hear(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            if not select.select([self._read], [], [], PATIENCE)[0]:
                raise TimeoutError("the browser says nothing")
            got = os.read(self._read, 1 << 16)
            if not got:
                raise RuntimeError("the browser has ended")
            self._rest += got
        one, _zero, self._rest = self._rest.partition(b"\0")
        heard: dict[str, Any] = json.loads(one)
        return heard

    def page(self) -> Page:
        context = self.ask("Target.createBrowserContext")["browserContextId"]
        target = self.ask("Target.createTarget", url="about:blank", browserContextId=context)
        found = self.ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        return Page(self, found["sessionId"], context)

    def close(self) -> None:
        try:
            self.ask("Browser.close")
        finally:
            os.close(self._write)
            try:
                self._process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            os.close(self._read)


@dataclass
class Page:
    """A page on a phone. `taps` counts the fingers that came down since it was opened."""

    browser: Browser
    session: str
    context: str
    taps: int = field(default=0, init=False)
    _opened: int = field(default=0, init=False)

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        return self.browser.ask(method, self.session, **params)

    def open(self, file: Path, *, dark: bool = False, ready: str = "state") -> Page:
        """Open a file as somebody would, with the network cut, and wait until its script is done.

        With `ready` empty, only until it is loaded.
        """
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        for name in ("Page", "Runtime", "Network", "Log"):
            self.ask(f"{name}.enable")
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=390,
            height=844,
            deviceScaleFactor=2,
            mobile=True,
        )
        self.ask("Emulation.setTouchEmulationEnabled", enabled=True)
        self.ask("Emulation.setEmulatedMedia", features=[scheme])
        self.ask(
            "Network.emulateNetworkConditions",
            offline=True,
            latency=0,
            downloadThroughput=0,
            uploadThroughput=0,
        )
        self.browser.ask(
            "Browser.grantPermissions",
            permissions=["clipboardReadWrite", "clipboardSanitizedWrite"],
            browserContextId=self.context,
        )
        self._opened += 1
        self.ask("Page.navigate", url=f"{file.as_uri()}?{self._opened}")
        here = f"location.search === '?{self._opened}' && document.readyState === 'complete'"
        self.wait(f"{here} && document.getElementById('main').dataset.state" if ready else here)
        return self

    def run(self, script: str) -> Any:
        """The value of an expression; a promise is waited for."""
        found = self.ask(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in found:
            raise RuntimeError(str(found["exceptionDetails"]))
        return found["result"].get("value")

    def wait(self, script: str) -> Any:
        """Until the expression is true."""
        while True:
            try:
                return self.run(
                    "new Promise((told) => { const look = () => { const found = "
                    f"({script}); found ? told(found) : setTimeout(look, 20); }}; look(); }})"
                )
            except RuntimeError as error:  # the page before has gone in the meantime
                if not any(one in str(error) for one in ("navigated", "context", "collected")):
                    raise

    def text(self, selector: str = "main") -> str:
        return str(self.run(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''"))

    def tap(self, selector: str) -> None:
        """Put a finger on it, where it can be seen and nothing else is on top of it."""
        place = self.run(
            f"(() => {{ const one = document.querySelector({json.dumps(selector)});"
            "one.scrollIntoView({block: 'center', behavior: 'instant'});"
            "const box = one.getBoundingClientRect();"
            "const x = box.x + box.width / 2, y = box.y + box.height / 2;"
            "const top = document.elementFromPoint(x, y);"
            "return [x, y, one.contains(top), box.height]; })()"
        )
        x, y, there, _high = place
        assert there, f"{selector} cannot be touched"
        self.taps += 1
        self.run(_FEEL)
        self.ask("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
        self.ask("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
        self.wait("window.felt")

    def type(self, words: str) -> None:
        self.ask("Input.insertText", text=words)

    def clipboard(self) -> str:
        return str(self.run("navigator.clipboard.readText()"))

    def picture(self, target: Path) -> None:
        """The whole page, as long as it is."""
        size = self.ask("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": 390, "height": max(844, size["height"]), "scale": 1}
        found = self.ask("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        target.write_bytes(base64.b64decode(found["data"]))

    def requested(self) -> set[str]:
        """How the addresses begin that it asked for."""
        asked = (
            one["params"]["request"]["url"].partition(":")[0]
            for one in self.browser.events
            if one.get("method") == "Network.requestWillBeSent"
            and one.get("sessionId") == self.session
        )
        return set(asked)

    def complaints(self) -> list[str]:
        """What the browser found wrong: errors of the script, what its policy refused."""
        found = []
        for one in self.browser.events:
            if one.get("sessionId") != self.session:
                continue
            if one.get("method") == "Runtime.exceptionThrown":
                found.append(str(one["params"]["exceptionDetails"]))
            if one.get("method") == "Log.entryAdded":
                found.append(str(one["params"]["entry"].get("text")))
        return found

    def complains(self, of: str) -> bool:
        """Whether it finds that wrong; what it finds is told when it comes to it."""
        end = time.monotonic() + PATIENCE
        while not any(of in one for one in self.complaints()):
            if time.monotonic() > end:
                return False
            self.run("new Promise((told) => setTimeout(told, 20))")
        return True

    def close(self) -> None:
        self.browser.ask("Target.disposeBrowserContext", browserContextId=self.context)


def _pipe() -> tuple[int, int]:
    """Two ends with numbers above those that the browser wants for itself."""
    ends = os.pipe()
    moved = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 20) for end in ends)
    for end in ends:
        os.close(end)
    return moved[0], moved[1]
