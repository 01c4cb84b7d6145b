"""The real web, with a list of what was asked of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from calmreply.adapters.web import HttpWeb
from calmreply.app.ports import Cancelled, Download


class Watched(HttpWeb):
    """`asked` holds the path of each request, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

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
        self.asked.append(urlsplit(address).path)
        return super().ask(
            address,
            method=method,
            headers=headers,
            body=body,
            allow_private=allow_private,
            cancelled=cancelled,
        )
