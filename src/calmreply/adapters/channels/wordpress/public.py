"""What a WordPress shows of its comments without an account: the feed of the published ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

_COMMENTS: Final = ("/comments/feed", "feed=comments-rss2")
_FEED: Final = "/feed"


def feeds(address: str, named: Sequence[str]) -> tuple[str, ...]:
    """Where the feed of all comments may be: as the page at `address` names it, or as is usual.

    That feed's own address is the first of them; the address of the site's other feed leads to it.
    """
    parts = urlsplit(address)
    own = (address,) if address.rstrip("/").endswith(_COMMENTS) else ()
    path = parts.path.rstrip("/")
    for end in (_COMMENTS[0], _FEED):
        path = path.removesuffix(end)
    site = f"{parts.scheme}://{parts.netloc}"
    # What ends in /feed may be a single article's, below which there is no feed of all.
    homes = (f"{site}{path}", site) if path != parts.path.rstrip("/") else (f"{site}{path}",)
    usual = (f"{home}{ask}" for home in homes for ask in ("/comments/feed/", f"/?{_COMMENTS[1]}"))
    # Each article names its own feed of comments beside the one of them all.
    told = [one for one in named if one.rstrip("/").endswith(_COMMENTS)]
    return tuple(dict.fromkeys((*own, *told, *usual)))
