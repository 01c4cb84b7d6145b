"""What happens in another process or thread happens in its own time: it is waited for."""

from __future__ import annotations

import random
import socket
import threading
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 60.0
"""Seconds after which what should happen is taken not to, on however slow a computer."""
_PAUSE = 0.01
_DOORS = range(15_000, 30_000)
"""Below the ports that systems lend to whoever calls out, or asks for any."""


def wait_until(is_so: Callable[[], object], otherwise: str) -> None:
    """Ask until it is so; fails with `otherwise` when it has not become so."""
    pause, give_up = threading.Event(), time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > give_up:
            pytest.fail(f"{otherwise} within {PATIENCE:g} s")
        pause.wait(_PAUSE)


def free_ports(number: int) -> list[int]:
    """Ports of this computer where nobody is, each another one, for servers that are told theirs.

    A port that the system itself gives is one it may lend to anybody else a moment later, before
    the server stands there, or while it is stopped.
    """
    # Not the generator that a run of the tests begins anew, in each of its processes alike.
    numbers, found = random.SystemRandom(), list[int]()
    with ExitStack() as held:
        while len(found) < number:
            one = held.enter_context(socket.socket())
            port = numbers.choice(_DOORS)
            try:
                one.bind(("127.0.0.1", port))
            except OSError:
                continue
            found.append(port)
    return found


def free_port() -> int:
    """One of them; and one where nobody listens."""
    return free_ports(1)[0]
