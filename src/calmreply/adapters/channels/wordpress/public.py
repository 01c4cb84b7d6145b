"""What a WordPress shows of its comments without an account: the feed of the published ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

_COMMENTS: Final = ("/comments/feed", "feed=comments-rss2")


def feeds(address: str, named: Sequence[str]) -> tuple[str, ...]:
    """Where the feed of all comments may be: as the page at `address` names it, or as is usual."""
    parts = urlsplit(address)
    home = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
    usual = (f"{home}/comments/feed/", f"{home}/?feed=comments-rss2")
    # Each article names its own feed of comments beside the one of them all.
    told = [one for one in named if one.rstrip("/").endswith(_COMMENTS)]
    return tuple(dict.fromkeys((*told, *usual)))
