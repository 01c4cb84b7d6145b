"""Functions for a worker: good ones, and such as a stranger's bytes might make of them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from email import message_from_bytes, policy
from typing import Any

LOADED: list[str] = []


def before_limits() -> None:
    LOADED.append("before")
    read_mail(b"Subject: a\r\n\r\nb", {})  # the library loads half of itself at its first mail


def length(body: bytes, about: Mapping[str, Any]) -> int:
    return len(body) + len(about)


def process(_body: bytes, _about: Mapping[str, Any]) -> list[Any]:
    return [os.getpid(), *LOADED]


def moment(_body: bytes, _about: Mapping[str, Any]) -> float:
    """When it was done, by a clock that all processes share."""
    return time.monotonic()


def die(_body: bytes, _about: Mapping[str, Any]) -> None:
    os.abort()


def leave(_body: bytes, _about: Mapping[str, Any]) -> None:
    sys.exit(3)


def hang(_body: bytes, _about: Mapping[str, Any]) -> None:
    while True:
        pass


def eat(_body: bytes, _about: Mapping[str, Any]) -> int:
    return len(bytearray(400_000_000))


def shout(_body: bytes, _about: Mapping[str, Any]) -> str:
    print("hello", flush=True)  # noqa: T201 - as a library might
    return "said"


def environment(_body: bytes, _about: Mapping[str, Any]) -> list[str]:
    return sorted(os.environ)


def read_mail(body: bytes, _about: Mapping[str, Any]) -> str:
    text = message_from_bytes(body, policy=policy.default).get_content()
    assert isinstance(text, str)
    return text


def reach(_body: bytes, _about: Mapping[str, Any]) -> dict[str, str]:
    """What comes of every way out that there is, each by the name of the error."""
    os.close(2)  # a number to put something on
    ways: dict[str, Callable[[], object]] = {
        "read a file": lambda: os.open("/etc/hostname", os.O_RDONLY),
        "write a file": lambda: os.open("/tmp/there", os.O_WRONLY | os.O_CREAT),  # noqa: S108 - it must not
        "list a folder": lambda: os.scandir("/"),
        "a socket": socket.socket,
        "a pair of sockets": socket.socketpair,
        "a pipe": os.pipe,
        "a copy of a pipe": lambda: os.dup(0),
        "fork": os.fork,
        "a program": lambda: subprocess.run(["/bin/true"], check=False),
        "become a program": lambda: os.execv("/bin/true", ["true"]),  # noqa: S606 - no shell is the point
        "a thread": lambda: threading.Thread(target=len, args=("",)).start(),
        "more files": lambda: _raise_limit("RLIMIT_NOFILE"),
        "more processes": lambda: _raise_limit("RLIMIT_NPROC"),
    }
    return {name: _error(way) for name, way in ways.items()}


def reach_further(_body: bytes, _about: Mapping[str, Any]) -> dict[str, str]:
    """What no limit of numbers stops: calls that need no new file."""
    ways: dict[str, Callable[[], object]] = {
        "a signal to another": lambda: os.kill(1, 0),
        "a folder": lambda: os.mkdir("/tmp/there"),  # noqa: S108, PTH102 - it must not
        "remove a file": lambda: os.unlink("/tmp/there"),  # noqa: S108, PTH108 - it must not
        "look at a file": lambda: os.stat("/etc/passwd"),  # noqa: PTH116 - just that call
    }
    return {name: _error(way) for name, way in ways.items()}


def _raise_limit(name: str) -> None:
    import resource  # noqa: PLC0415 - not on every system

    which = getattr(resource, name)
    resource.setrlimit(which, (100, 100))
    if which == resource.RLIMIT_NOFILE:  # root may raise it, and still
        os.open("/etc/hostname", os.O_RDONLY)
    else:
        os.fork()


def _error(way: Callable[[], object]) -> str:
    try:
        way()
    except (OSError, RuntimeError, ValueError):  # the latter two: of a thread, of a limit
        return "refused"
    return "done"
