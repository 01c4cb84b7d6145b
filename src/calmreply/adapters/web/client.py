"""`HttpWeb`: the `Web` port. Redirects by hand, so that every hop is checked like the first."""

from __future__ import annotations

import re
import ssl
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from calmreply import __version__
from calmreply.app.ports import Cancelled, Download
from calmreply.errors import KnownError
from calmreply.i18n import _

from .addresses import Address, checked
from .budget import Budget, Limits, too_big
from .inflate import Inflater

if TYPE_CHECKING:
    from .transport import Answer, Guarded, Resolve

USER_AGENT: Final = f"CalmReply/{__version__} (desktop program; reads what is said about a shop)"
_FEEDS: Final = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, "
    "text/xml;q=0.9, */*;q=0.5"
)
_JSON: Final = "application/json"
_INTERFACE: Final = 2 * 1024 * 1024  # bytes of an answer of a site's interface
_PERMANENT: Final = frozenset({301, 308})
_REDIRECTS: Final = _PERMANENT | {302, 303, 307}
_FIRST_ERROR: Final = 400
_NOT_KEPT: Final = frozenset({"set-cookie", "set-cookie2"})
_HEADER_VALUE: Final = re.compile(r"[\x20-\x7e\x80-\xff]{1,1000}")
_OLDEST_CACHED: Final = 24 * 3600  # seconds


class HttpWeb:
    """Downloads with limits. `tls` replaces the system's trust, `look_up` its names (tests)."""

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        tls: ssl.SSLContext | None = None,
        look_up: Resolve | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._tls = tls
        self._look_up = look_up
        self._lock = threading.Lock()

    def get(
        self,
        address: str,
        *,
        allow_private: bool = False,
        etag: str | None = None,
        last_modified: str | None = None,
        cancelled: Cancelled | None = None,
    ) -> Download:
        """As `app.ports.Web.get`. The body of an error status (400 and up) is left out."""
        budget = _begun(self._limits, cancelled)
        first = checked(address)
        headers = _own_headers(_FEEDS) | _unless_changed(etag, last_modified)
        transport = self._transport(budget, first.host if allow_private else None)
        try:
            return self._follow(transport, address, first, headers)
        finally:
            transport.close()

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
        """As `app.ports.Web.ask`. Raises ValueError for a header that could not stand in one."""
        if not all(_HEADER_VALUE.fullmatch(value) for value in headers.values()):
            raise ValueError("a header with a line break or a strange character")
        limits = replace(self._limits, wire=_INTERFACE, inflated=_INTERFACE)
        budget = _begun(limits, cancelled)
        target = checked(address)
        transport = self._transport(budget, target.host if allow_private else None)
        try:
            sent = _own_headers(_JSON) | dict(headers)
            answer = transport.send(target, sent, method, body)
            return self._download(answer, address, target, limits, moved=False, errors=True)
        finally:
            transport.close()

    def _transport(self, budget: Budget, own_host: str | None) -> Guarded:
        from .transport import Guarded, resolve  # noqa: PLC0415 - see `_begun`

        return Guarded(
            budget, trust=self._trust, own_host=own_host, look_up=self._look_up or resolve
        )

    def _trust(self) -> ssl.SSLContext:
        """Whom this computer trusts, and the one protocol that is spoken."""
        with self._lock:
            if self._tls is None:
                import httpx2  # noqa: PLC0415 - as in `_begun`

                self._tls = httpx2.create_ssl_context()
            self._tls.set_alpn_protocols(["http/1.1"])
            return self._tls

    def _follow(
        self,
        transport: Guarded,
        asked: str,
        target: Address,
        headers: Mapping[str, str],
    ) -> Download:
        moved = True
        for hop in range(self._limits.redirects + 1):
            answer = transport.send(target, headers)
            location = _location(answer)
            if answer.status not in _REDIRECTS or location is None:
                gone_for_good = moved and hop > 0
                return self._download(answer, asked, target, self._limits, moved=gone_for_good)
            was = target
            target = checked(location, base=was.href)
            # A step down to an unprotected address is followed, but not remembered.
            moved = moved and answer.status in _PERMANENT
            moved = moved and (was.scheme, target.scheme) != ("https", "http")
        raise KnownError(
            "too_many_redirects",
            _("This address sends us from one place to the next without end."),
            _("Open it in your browser and copy the address it ends at."),
        )

    def _download(
        self,
        answer: Answer,
        asked: str,
        target: Address,
        limits: Limits,
        *,
        moved: bool,
        errors: bool = False,
    ) -> Download:
        headers = _received(answer)
        good = answer.status < _FIRST_ERROR
        return Download(
            asked=asked,
            address=target.href,
            status=answer.status,
            headers=headers,
            body=_body(answer, headers, limits) if good or errors else b"",
            moved_to=target.href if moved and good else None,
            outside_time=self._outside_time(headers) if target.scheme == "https" else None,
        )

    def _outside_time(self, headers: Mapping[str, str]) -> datetime | None:
        """What the site says the time is; an answer out of a cache is as much older as it says."""
        tls = self._tls
        if tls is None or tls.verify_mode != ssl.CERT_REQUIRED or not tls.check_hostname:
            return None
        date = headers.get("date", "")
        if date.count(",") > 1:  # said twice: which one?
            return None
        try:
            said = parsedate_to_datetime(date)
            age = int(headers.get("age", "0"))
        except (ValueError, TypeError, OverflowError):
            return None
        if not 0 <= age <= _OLDEST_CACHED:
            return None
        if said.tzinfo is None:
            said = said.replace(tzinfo=UTC)
        return said.astimezone(UTC) + timedelta(seconds=age)


def _begun(limits: Limits, cancelled: Cancelled | None) -> Budget:
    """Raises as `Budget.left`."""
    # Here and not above: the library takes a while to import, which the window need not wait.
    # Before the time begins: it is no site's fault how long that takes.
    from . import transport  # noqa: F401, PLC0415

    budget = Budget(limits, cancelled)
    budget.left()
    return budget


def _body(answer: Answer, headers: Mapping[str, str], limits: Limits) -> bytes:
    announced = headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > limits.wire:
        raise too_big()
    inflater = Inflater(headers.get("content-encoding", ""), limits)
    for piece in answer.pieces:
        inflater.add(piece)
    return inflater.body()


def _own_headers(accept: str) -> dict[str, str]:
    return {"User-Agent": USER_AGENT, "Accept": accept, "Accept-Encoding": "gzip, deflate"}


def _unless_changed(etag: str | None, last_modified: str | None) -> dict[str, str]:
    headers = {}
    # What a site once sent goes back as it came, unless it could not stand in a header.
    if etag and _HEADER_VALUE.fullmatch(etag):
        headers["If-None-Match"] = etag
    if last_modified and _HEADER_VALUE.fullmatch(last_modified):
        headers["If-Modified-Since"] = last_modified
    return headers


def _received(answer: Answer) -> dict[str, str]:
    """Lower-case names, one value each; byte for byte, so that an etag goes back as it came."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in answer.headers:
        name, value = raw_name.decode("ascii").lower(), raw_value.decode("latin-1")
        if name not in _NOT_KEPT:
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _location(answer: Answer) -> str | None:
    for name, value in answer.headers:
        if name.lower() == b"location":
            return value.decode("utf-8", "replace")
    return None
