"""One comment as a site's interface tells it, to a `Heard`. Pure; every field of it is hostile.

What cannot be read of a comment is left out of it; a comment without number or words is none.
"""

from __future__ import annotations

import re
from datetime import datetime
from enum import Enum
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from calmreply.adapters.channels.interface import link, moment
from calmreply.adapters.html import plain, plain_line
from calmreply.domain.mention import Heard, Origin, Visibility

_LONGEST_NAME: Final = 300
_MAIL: Final = re.compile(r"[^\s<>\"(),;:@\x00-\x1f\x7f-\x9f]{1,64}@[\w.-]{1,190}")
_TARGET: Final = re.compile(r"([1-9][0-9]{0,18})/([1-9][0-9]{0,18})")
_TAG: Final = re.compile(r"<[A-Za-z/!?]")

_APPROVED: Final = frozenset({"approved", "approve", "1"})
_HELD: Final = frozenset({"hold", "unapproved", "0"})
_ELSEWHERE: Final = frozenset({"pingback", "trackback"})
_SAID: Final = ("comment", "review", "rating")
"""Parts of the names of comment types that are somebody's words. Orders have notes of other
types, and so have editors among themselves: those are nobody else's business."""


class Standing(Enum):
    """What became of a comment on its site."""

    PUBLIC = "public"
    HELD = "held"
    AWAY = "away"
    """In the trash, or spam."""
    UNCLEAR = "unclear"


class Comment(NamedTuple):
    """A comment: its number, the entry it stands under (0: none), and what it says.

    `heard` is None for one that is no mention (our own, another kind of note, spam).
    """

    number: int
    post: int
    written: datetime | None
    heard: Heard | None


class Shop(NamedTuple):
    """Whose comments they are: `prefix` of their keys, the site's `name` and `host`, own number."""

    prefix: str
    name: str
    host: str
    me: int


def key_of(shop: Shop, number: int) -> str:
    """Identifies a comment for ever: the site and the number it has there."""
    return f"{shop.prefix}#comment-{number}"


def target_of(post: int, number: int) -> str:
    """What an answer to a comment is addressed to."""
    return f"{post}/{number}"


def in_target(target: str) -> tuple[int, int] | None:
    """(post, comment) of what `target_of` gave; None for anything else."""
    found = _TARGET.fullmatch(target)
    post, number = (int(part) for part in found.groups()) if found else (0, 0)
    return (post, number) if whole(post) and whole(number) else None


def read(untrusted: Any, shop: Shop) -> Comment | None:
    """The comment, or None for an entry that cannot be read."""
    if not isinstance(untrusted, dict):
        return None
    number = whole(untrusted.get("id"))
    if not number:
        return None
    post = whole(untrusted.get("post"))
    written = moment(untrusted.get("date_gmt"))
    if not _counts(untrusted, shop):
        return Comment(number, post, written, None)
    text = text_of(untrusted)
    if not text:
        return None
    held = standing(untrusted) is Standing.HELD
    above = whole(untrusted.get("parent"))
    heard = Heard(
        key=key_of(shop, number),
        author=line(untrusted.get("author_name")),
        text=text,
        origin=Origin.FEED,
        url=link(untrusted.get("link")),
        site=shop.name,
        published=written,
        visibility=Visibility.PRIVATE if held else Visibility.PUBLIC,
        contact=_mail(untrusted.get("author_email")),
        target=target_of(post, number) if post else "",
        thread=str(post) if post else "",
        answers=key_of(shop, above) if above else "",
    )
    return Comment(number, post, written, heard)


def standing(untrusted: dict[str, Any]) -> Standing:
    """Where the site says that a comment stands; without a word about it, in public."""
    status = untrusted.get("status", "approved")
    status = str(status) if isinstance(status, int) else status
    if not isinstance(status, str):
        return Standing.UNCLEAR
    if status in _APPROVED:
        return Standing.PUBLIC
    if status in _HELD:
        return Standing.HELD
    away = status == "spam" or status.endswith("trash")  # also "post-trashed", with its entry
    return Standing.AWAY if away or status == "post-trashed" else Standing.UNCLEAR


def _counts(untrusted: dict[str, Any], shop: Shop) -> bool:
    if standing(untrusted) not in (Standing.PUBLIC, Standing.HELD):
        return False
    if shop.me and whole(untrusted.get("author")) == shop.me:
        return False
    kind = untrusted.get("type") or "comment"
    if not isinstance(kind, str):
        return True
    if kind in _ELSEWHERE:  # another page links here; our own pages doing so say nothing
        return host_of(untrusted.get("author_url")) != shop.host
    return any(part in kind for part in _SAID)


def text_of(untrusted: dict[str, Any]) -> str:
    """As its author wrote it where we may see that, else as the page shows it."""
    content = untrusted.get("content")
    if isinstance(content, str):
        return plain(content)
    if not isinstance(content, dict):
        return ""
    raw, rendered = content.get("raw"), content.get("rendered")
    if isinstance(raw, str) and raw.strip():
        # Line ends count in a comment even beside tags, which they do not in HTML.
        return plain(raw.replace("\n", "<br>\n") if _TAG.search(raw) else raw)
    return plain(rendered) if isinstance(rendered, str) else ""


def whole(untrusted: object) -> int:
    """A number of the site's own, or 0."""
    return untrusted if type(untrusted) is int and 0 < untrusted < 2**63 else 0


def line(untrusted: object) -> str:
    """One short line of plain text."""
    return plain_line(untrusted)[:_LONGEST_NAME].strip() if isinstance(untrusted, str) else ""


def host_of(untrusted: object) -> str:
    """The host of an address, without its www; empty where it has none."""
    try:
        return bare(urlsplit(untrusted).hostname or "") if isinstance(untrusted, str) else ""
    except ValueError:
        return ""


def bare(host: str) -> str:
    """A host without the www that comes and goes."""
    return host.lower().removeprefix("www.")


def _mail(untrusted: object) -> str:
    said = untrusted.strip() if isinstance(untrusted, str) else ""
    return said if len(said) < 255 and _MAIL.fullmatch(said) else ""
