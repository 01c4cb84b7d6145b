"""Sites with feeds, without a network: what stands in each feed, and since when."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING

from calmreply.app.ports import Download, FeedEntry, ParsedFeed
from calmreply.errors import KnownError
from calmreply.i18n import _
from calmreply.testing.ports import NoFeeds, NoWeb

if TYPE_CHECKING:
    from calmreply.app.ports import Cancelled, Clock


_PORTAL = "http://portal.example/"


class Network(Enum):
    """What lies between this computer and the sites."""

    UP = "up"
    NONE = "none"
    """No name can be looked up, nothing is reached."""
    SIGN_IN = "sign in"
    """Its own page comes in the place of every other, by a redirect that says it is for good."""


class ScriptedSites:
    """`app.ports.Web` and `app.ports.FeedReader` over feeds that are written down beforehand.

    An entry is there from its published time on. Every other address is unreachable. `breaks`
    gives an address that answers with a feed now another status from then on. `asked` are the
    addresses asked, in order; `network` may be changed at any time.
    """

    def __init__(self, clock: Clock, feeds: Mapping[str, ParsedFeed]) -> None:
        self._clock = clock
        self._feeds = dict(feeds)
        self._lock = threading.Lock()
        self._broken: dict[str, int] = {}
        self.asked: list[str] = []
        self.network = Network.UP

    def breaks(self, address: str, status: int) -> None:
        with self._lock:
            self._broken[address] = status

    def get(
        self,
        address: str,
        *,
        allow_private: bool = False,
        etag: str | None = None,  # noqa: ARG002 - the port's own words
        last_modified: str | None = None,  # noqa: ARG002 - likewise
        cancelled: Cancelled | None = None,
    ) -> Download:
        self.asked.append(address)
        if self.network is Network.SIGN_IN:
            return _sign_in_page(address)
        if address not in self._feeds or self.network is Network.NONE:
            return NoWeb().get(address, allow_private=allow_private, cancelled=cancelled)
        with self._lock:
            status = self._broken.get(address, 200)
        shown = len(self._shown(self._feeds[address]))
        return Download(address, address, status, {}, f"{address}\n{shown}".encode())

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
        return NoWeb().ask(
            address,
            method=method,
            headers=headers,
            body=body,
            allow_private=allow_private,
            cancelled=cancelled,
        )

    def parse(self, body: bytes, headers: Mapping[str, str], address: str) -> ParsedFeed:
        feed = self._feeds.get(body.decode().partition("\n")[0])
        if feed is None:
            return NoFeeds().parse(body, headers, address)
        return replace(feed, entries=self._shown(feed))

    def _shown(self, feed: ParsedFeed) -> tuple[FeedEntry, ...]:
        """What stands there by now."""
        wall = self._clock.read().wall
        return tuple(e for e in feed.entries if e.published is None or e.published <= wall)

    def discover(
        self,
        body: bytes,  # noqa: ARG002 - the port's own words
        headers: Mapping[str, str],  # noqa: ARG002 - likewise
        address: str,  # noqa: ARG002 - likewise
    ) -> tuple[str, ...]:
        return ()


def _sign_in_page(address: str) -> Download:
    """What a network answers that wants a sign-in; it has no certificate for other names."""
    if address.startswith("https:"):
        raise KnownError(
            "tls",
            _("The secure connection to {address} could not be confirmed.").format(address=address),
            _("A rehearsal has no network; try it in your own home."),
        )
    return Download(address, _PORTAL, 200, {}, b"<html>Sign in</html>", moved_to=_PORTAL)
