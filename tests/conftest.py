"""What holds for every test: no screen, no outside network, nobody's own data, nothing left over.

A test sees an empty home folder and a keyring that refuses. It may open sockets to this computer
only and finds no host outside it. Whoever leaves a thread or a window behind fails.
"""

from __future__ import annotations

import gc
import os
import socket
import subprocess
import sys
import sysconfig
import threading
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from pytest_httpserver.httpserver import HTTPServerBase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QWidget

CHECKOUT = Path(__file__).parents[1]
THREAD_GRACE = 30.0
"""Seconds a thread may take to end after the test that started it."""

# Set before the first import of Qt or keyring: both read these once.
os.environ["QT_QPA_PLATFORM"] = os.environ.get("CALMREPLY_TEST_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
for _name in ("QT_SCALE_FACTOR", "QT_STYLE_OVERRIDE", "QT_QPA_PLATFORMTHEME", "QT_LOGGING_RULES"):
    os.environ.pop(_name, None)
# What is compiled once is read by the hundreds of processes that are started here.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def _serve(this: HTTPServerBase) -> None:
    """Serve as it would, but look for the end of a test more often than twice a second."""
    assert this.server is not None
    this.server.serve_forever(poll_interval=0.02)


HTTPServerBase.thread_target = _serve  # type: ignore[method-assign,assignment]  # made to be overridden

# A busy computer is no fault of what is tried on it, nor of how it is made up.
_patient = hypothesis.settings(
    deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile("desk", _patient)
hypothesis.settings.register_profile("ci", _patient, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "desk")


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test, and every process it starts, an empty home folder."""
    home = tmp_path_factory.mktemp("home")
    runtime = home / "runtime"
    runtime.mkdir(mode=0o700)
    for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(home))
    for name in ("CONFIG", "DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    monkeypatch.setenv("CALMREPLY_HOME", str(home / "calmreply"))
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    return home


@pytest.fixture(autouse=True)
def no_host_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no name resolve but `localhost`, so that a sample address never leaves this computer."""
    real = socket.getaddrinfo

    def getaddrinfo(  # noqa: PLR0917 - it stands in for the real one
        host: str | bytes | None,
        port: str | int | None,
        family: int = 0,
        type: int = 0,  # noqa: A002 - the real one's name
        proto: int = 0,
        flags: int = 0,
    ) -> list[Any]:
        if host not in ("localhost", b"localhost"):
            flags |= socket.AI_NUMERICHOST
        return real(host, port, family, type, proto, flags)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.fixture(autouse=True)
def nothing_left_over() -> Iterator[None]:
    """Fail the test that leaves a thread running or a window standing."""
    threads, windows = _threads(), _windows()
    yield
    left = _threads() - threads
    for thread in left:
        thread.join(THREAD_GRACE)
    names = sorted(thread.name for thread in left if thread.is_alive())
    names += [f"{type(w).__name__} {w.objectName()!r}" for w in _new_windows(windows)]
    if names:
        pytest.fail(f"left running or standing by this test: {', '.join(names)}")


def _threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if not thread.daemon}


def _windows() -> list[QWidget]:
    """Return the top-level widgets, without importing Qt for a test that has no use for it."""
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return []
    return list(widgets.QApplication.topLevelWidgets())


def _new_windows(before: list[QWidget]) -> list[QWidget]:
    if all(window in before for window in _windows()):
        return []
    core = sys.modules["PySide6.QtCore"]
    core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete.value)
    gc.collect()
    return [window for window in _windows() if window not in before]


@dataclass(frozen=True)
class Bare:
    """A Python that has everything of ours but PySide6."""

    python: Path

    def run(
        self, *words: str, stdin: str = "", seconds: float = 240
    ) -> subprocess.CompletedProcess[str]:
        """Run this Python with `words`; never raises for a bad exit, the caller looks at it."""
        env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        return subprocess.run(
            [str(self.python), *words],
            input=stdin,
            env=env,
            timeout=seconds,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Bare:
    """Make a real environment beside this one with the same packages, but no PySide6 in it."""
    root = tmp_path_factory.mktemp("bare")
    venv.create(root, symlinks=os.name != "nt")
    base = {"base": str(root), "platbase": str(root)}
    target = Path(sysconfig.get_path("purelib", "venv", base))
    for folder in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
        for entry in Path(folder).iterdir():
            if not entry.name.lower().startswith(("pyside6", "shiboken6", "__pycache__")):
                (target / entry.name).symlink_to(entry, target_is_directory=entry.is_dir())
    (target / "zz_checkout.pth").write_text(f"{CHECKOUT / 'src'}\n", encoding="utf-8")
    return Bare(Path(sysconfig.get_path("scripts", "venv", base)) / Path(sys.executable).name)


def pytest_collection_finish() -> None:
    """Take what stays to the end out of what is searched for garbage after every window.

    With some six thousand collected tests each such search would take a quarter of a second.
    """
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Let a run that has failed end: Python would wait for a thread left behind without end."""
    left = [thread.name for thread in _threads() if thread is not threading.main_thread()]
    session = config.stash.get(_SESSION, None)
    if left and session is not None and session.exitstatus:
        sys.stderr.write(f"left running, and ended with the run: {', '.join(left)}\n")
        sys.stderr.flush()
        os._exit(int(session.exitstatus))


def pytest_sessionstart(session: pytest.Session) -> None:
    session.config.stash[_SESSION] = session


_SESSION: pytest.StashKey[pytest.Session] = pytest.StashKey()
