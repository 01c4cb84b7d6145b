"""A transport that looks a name up itself, vets every answer, and connects to exactly that one.

`_Network` makes a stream to a vetted address, over which the library speaks HTTP; TLS still checks
the certificate against the name. Between check and use there is no second look-up that could
answer differently. Each stream asks the budget before and after every read, so that a
server that sends a byte now and then cannot hold a thread longer than the download may take.
"""

from __future__ import annotations

import queue
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

import httpcore2

from calmreply.errors import KnownError
from calmreply.i18n import _

from . import networks
from .addresses import Address
from .budget import Budget, broken_answer, too_big, too_slow

Resolve = Callable[[str, int], list[str]]
"""All IP addresses of a host, best first. Raises `OSError` or `UnicodeError`."""

_SLICE: Final = 0.2
"""Seconds between two looks at whether somebody wants to stop."""
_LONGEST_HEAD: Final = 256 * 1024
"""Bytes until an answer has begun: one that only says again and again that it will come costs as
much to read as a thousand answers."""
_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})


def resolve(host: str, port: int) -> list[str]:
    """The system's own look-up."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


@dataclass(frozen=True, slots=True)
class Answer:
    """Headers as they came; `pieces` is the body, still packed, and raises as `Guarded.send`."""

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    pieces: Iterator[bytes]


class Guarded:
    """For one download. `own_host` is the one host that may lie in the own network, or None.

    Each hop is a connection of its own, made for just one request.
    """

    def __init__(
        self,
        budget: Budget,
        *,
        trust: Callable[[], ssl.SSLContext],
        own_host: str | None = None,
        look_up: Resolve = resolve,
    ) -> None:
        self._budget = budget
        self._trust = trust
        self._network = _Network(budget, own_host, look_up)
        self._open: _Stream | None = None

    def send(
        self, target: Address, headers: Mapping[str, str], method: str = "GET", body: bytes = b""
    ) -> Answer:
        """Send a request; what was open before is closed. Raises the errors of `app.ports.Web`.

        Where it goes is the address as it was checked: nobody reads it once more.
        """
        self.close()
        url = _url(target)
        with _known_errors():
            self._open = stream = self._network.connect(target.host, target.port)
            if target.scheme == "https":
                self._open = stream = stream.start_tls(self._trust(), target.host)
            answer = httpcore2.HTTP11Connection(url.origin, stream).handle_request(
                httpcore2.Request(
                    method,
                    url,
                    headers=_lines(target, headers, method, body),
                    content=body or None,
                )
            )
            stream.begun = True
        return Answer(answer.status, answer.headers, _pieces(answer))

    def close(self) -> None:
        if self._open is not None:
            with _known_errors():
                self._open.close()
            self._open = None


def _pieces(answer: httpcore2.Response) -> Iterator[bytes]:
    with _known_errors():
        yield from answer.iter_stream()


def _url(target: Address) -> httpcore2.URL:
    _scheme, _empty, _place, path = target.href.split("/", 3)
    return httpcore2.URL(
        scheme=target.scheme.encode("ascii"),
        host=target.host.encode("ascii"),
        port=target.port,
        target=f"/{path}".encode("ascii"),
    )


def _lines(
    target: Address, headers: Mapping[str, str], method: str, body: bytes
) -> list[tuple[bytes, bytes]]:
    place = target.href.split("/", 3)[2]  # as browsers say it: the port only where it is unusual
    lines = [(b"Host", place.encode("ascii"))]
    lines += [(name.encode("ascii"), said.encode("latin-1")) for name, said in headers.items()]
    if body or method in _WITH_BODY:
        lines.append((b"Content-Length", b"%d" % len(body)))
    return lines


class _Network:
    def __init__(self, budget: Budget, own_host: str | None, look_up: Resolve) -> None:
        self._budget = budget
        self._own_host = own_host
        self._look_up = look_up
        self._sockets = httpcore2.SyncBackend()

    def connect(self, host: str, port: int) -> _Stream:
        for address in self._vetted(host, port):
            seconds = min(self._budget.remaining(), self._budget.limits.connect_seconds)
            if seconds <= 0:
                break
            try:
                stream = self._sockets.connect_tcp(address, port, seconds)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                continue
            return _Stream(stream, self._budget)
        self._budget.remaining()
        raise KnownError(
            "cannot_connect",
            _("{host} does not answer.").format(host=host),
            _("Check the internet connection and the address; it is tried again later."),
        )

    def _vetted(self, host: str, port: int) -> list[str]:
        literal = networks.parse(host)
        resolved = [host] if literal else self._resolved(host, port)
        usable = networks.usable(resolved, allow_own=host == self._own_host)
        if resolved and not usable:
            raise _private(host, resolved)
        return usable

    def _resolved(self, host: str, port: int) -> list[str]:
        """Look a name up in a thread of its own: the system's look-up knows no time limit.

        A look-up without an end is no slow site: no site was reached.
        """
        answers: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self._look_up(host, port))
            except (OSError, UnicodeError) as error:
                answers.put(error)

        threading.Thread(target=ask, name="look-up", daemon=True).start()
        limits = self._budget.limits
        look_up = Budget(replace(limits, seconds=limits.connect_seconds))
        while (seconds := min(self._budget.remaining(), look_up.remaining(), _SLICE)) > 0:
            try:
                answer = answers.get(timeout=seconds)
            except queue.Empty:
                continue
            if isinstance(answer, Exception):
                raise _unresolved(host, answer) from answer
            return answer
        raise _unresolved(host, TimeoutError())


class _Stream(httpcore2.NetworkStream):
    def __init__(self, inner: httpcore2.NetworkStream, budget: Budget) -> None:
        self._inner = inner
        self._budget = budget
        self._head = 0
        self.begun = False
        """Whether the head of the answer is there, and its body comes."""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002  # the budget decides
        while True:
            try:
                data = self._inner.read(max_bytes, min(self._budget.left(), _SLICE))
            except httpcore2.ReadTimeout:
                continue
            self._budget.received(len(data))
            self._head += 0 if self.begun else len(data)
            if self._head > _LONGEST_HEAD:
                raise too_big()
            return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002  # as above
        self._inner.write(buffer, self._budget.left())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002  # the budget decides
    ) -> _Stream:
        try:
            inner = self._inner.start_tls(ssl_context, server_hostname, self._budget.left())
        except httpcore2.ConnectTimeout:
            raise too_slow() from None
        except (httpcore2.ConnectError, ssl.SSLError, ValueError) as error:
            raise KnownError(
                "tls",
                _("The secure connection to {host} could not be confirmed.").format(
                    host=server_hostname
                ),
                _("Check the date of this computer. If it is right, the site has to repair this."),
            ) from error
        return _Stream(inner, self._budget)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


@contextmanager
def _known_errors() -> Iterator[None]:
    try:
        yield
    except httpcore2.TimeoutException as error:
        raise too_slow() from error
    except (httpcore2.ProtocolError, httpcore2.NetworkError) as error:
        raise broken_answer() from error


def _private(host: str, resolved: Iterable[str]) -> KnownError:
    found = [parsed for text in resolved if (parsed := networks.parse(text)) is not None]
    if any(networks.reach(each) is networks.Reach.OWN for each in found):
        return KnownError(
            "private_address",
            _("{host} is this computer or lies inside your own network.").format(host=host),
            _("If it is your own device, allow this source to use your own network."),
        )
    return KnownError(
        "private_address",
        _("{host} leads to an address where no site can be.").format(host=host),
        _("Check the address for typing mistakes."),
    )


def _unresolved(host: str, error: Exception) -> KnownError:
    unknown = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
    known_not_to_be = isinstance(error, UnicodeError) or (
        isinstance(error, socket.gaierror) and error.errno in unknown
    )
    if not known_not_to_be:
        return KnownError(
            "cannot_connect",
            _("The name {host} could not be looked up.").format(host=host),
            _("Check the internet connection; it is tried again later by itself."),
        )
    return KnownError(
        "no_such_host",
        _("There is no site with the name {host}.").format(host=host),
        _("Check the address for typing mistakes."),
    )
