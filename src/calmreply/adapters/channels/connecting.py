"""A connection to a mail server, for reading and for sending: vetted, reached, protected.

A name is looked up once, in a thread of its own since a lookup knows no time limit; every address
it gives is vetted, and the connection goes to exactly that one. So a name that leads into the own
network (by a mistake, a hotel's network or somebody who can change what names mean) reaches nothing
there, unless the person said that the server stands there. TLS checks the certificate against the
name all the same. Every failure is an OSError.
"""

from __future__ import annotations

import queue
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass

from calmreply.adapters.web import networks

from .answers import OwnNetworkError

Step = Callable[[float], float]
"""Seconds that the next step may take, so many at most; raises where it is time to stop."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait at each stage. `begin` holds for all together that comes before the
    message itself, so that the rest of `total` is left for the one answer that must not be
    missed; `total` stays below the outbox's lease with the `goodbye` added.
    """

    lookup: float = 10
    connect: float = 8
    handshake: float = 10
    answer: float = 20
    begin: float = 28
    total: float = 55
    goodbye: float = 2


@dataclass(frozen=True, slots=True)
class Server:
    """Where to connect. `tls`: protected from the first byte, else by STARTTLS."""

    host: str
    port: int
    tls: bool
    user: str
    own: bool = False
    """Somebody said that it stands in their own network."""

    @property
    def may_be_own(self) -> bool:
        """Whoever wrote a number, or this computer's own name, has said where it stands."""
        return self.own or self.host == "localhost" or networks.parse(self.host) is not None


def reach(server: Server, patience: Patience, step: Step) -> socket.socket:
    """Connect to the first of its addresses that may be and answers. Raises OwnNetworkError, ..."""
    error: OSError = TimeoutError()
    for address in _vetted(server, _looked_up(server, step(patience.lookup))):
        try:
            return socket.create_connection((address, server.port), step(patience.connect))
        except OSError as failed:
            error = failed
    raise error


def protected(
    plain: socket.socket, context: ssl.SSLContext, server: Server, seconds: float
) -> ssl.SSLSocket:
    """The same connection under TLS, to a server whose certificate bears its name."""
    try:
        plain.settimeout(seconds)
        return context.wrap_socket(plain, server_hostname=server.host)
    except BaseException:
        plain.close()
        raise


def _vetted(server: Server, addresses: list[str]) -> list[str]:
    usable = networks.usable(addresses, allow_own=server.may_be_own)
    if addresses and not usable:
        raise OwnNetworkError
    return usable


def _looked_up(server: Server, seconds: float) -> list[str]:
    found: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def look() -> None:
        try:
            infos = socket.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
            found.put([str(info[4][0]) for info in infos])
        except OSError as error:
            found.put(error)

    threading.Thread(target=look, name="mail-lookup", daemon=True).start()
    try:
        answer = found.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, OSError):
        raise answer
    return answer
