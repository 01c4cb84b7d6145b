"""A web without sites and a feed reader without feeds, for homes that listen to nothing.

And a worker that is no process of its own, for what is to be tried and not to be limited.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from calmreply.app.ports import Cancelled, Download, ParsedFeed
from calmreply.errors import KnownError
from calmreply.i18n import _


class NoWeb:
    """Every address is unreachable, as on a computer without a network."""

    def get(
        self,
        address: str,
        *,
        allow_private: bool = False,  # noqa: ARG002 - the port's own words
        etag: str | None = None,  # noqa: ARG002 - likewise
        last_modified: str | None = None,  # noqa: ARG002 - likewise
        cancelled: Cancelled | None = None,  # noqa: ARG002 - likewise
    ) -> Download:
        raise KnownError(
            "cannot_connect",
            _("{address} cannot be reached.").format(address=address),
            _("A rehearsal has no network; try it in your own home."),
        )

    def ask(
        self,
        address: str,
        *,
        method: str = "GET",  # noqa: ARG002 - likewise
        headers: Mapping[str, str] = MappingProxyType({}),  # noqa: ARG002 - likewise
        body: bytes = b"",  # noqa: ARG002 - likewise
        allow_private: bool = False,
        cancelled: Cancelled | None = None,
    ) -> Download:
        return self.get(address, allow_private=allow_private, cancelled=cancelled)


class InThisProcess:
    """`app.ports.Apart` without a process of its own: the function is simply called."""

    def run(self, function: str, body: bytes, about: Mapping[str, Any]) -> Any:
        module, _colon, name = function.partition(":")
        about = _through_json(about)
        work = importlib.import_module(module)
        try:
            return _through_json(getattr(work, name)(body, about))
        except MemoryError as error:
            raise self._stopped("apart_too_big") from error
        except Exception as error:
            raise self._stopped("apart_crashed") from error

    def _stopped(self, code: str) -> KnownError:
        return KnownError(
            code,
            _("This could not be read: it stopped the part that reads such things."),
            _("Everything else goes on. It is tried again at the next round."),
        )


def _through_json(said: Any) -> Any:
    return json.loads(json.dumps(said, ensure_ascii=False).encode("utf-8", "replace"))


class NoFeeds:
    """Nothing is a feed."""

    def parse(self, body: bytes, headers: Mapping[str, str], address: str) -> ParsedFeed:  # noqa: ARG002
        raise KnownError(
            "not_a_feed",
            _("There is no feed at {address}.").format(address=address),
            _("A rehearsal has no network; try it in your own home."),
        )

    def discover(
        self,
        body: bytes,  # noqa: ARG002 - the port's own words
        headers: Mapping[str, str],  # noqa: ARG002 - likewise
        address: str,  # noqa: ARG002 - likewise
    ) -> tuple[str, ...]:
        return ()
