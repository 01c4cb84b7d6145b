"""A canonical record as a post of Bluesky, its key, and its length as the site counts it. Pure.

What is frozen is the post with its key and the account it leaves from: the same key in somebody
else's name would be a second reply. The key is a TID, as the site demands; its time is made up and
lies in the past, because a key comes from our own token alone.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from calmreply.adapters.channels import speaking
from calmreply.adapters.channels.interface import link
from calmreply.adapters.channels.letters import letters
from calmreply.app.ports.storage import Account
from calmreply.errors import KnownError
from calmreply.i18n import _

from . import refs
from .refs import Hangs

MOST_LETTERS: Final = 300
"""Graphemes of a post; the site also takes no more than ten times as many bytes."""
_BYTES_A_LETTER: Final = 10
_SORTABLE: Final = "234567abcdefghijklmnopqrstuvwxyz"
_TID_LETTERS: Final = 13
_FIRST_TIME: Final = 1_577_836_800_000_000  # microseconds: 2020 begins
_TIMES: Final = 5 * 365 * 24 * 3_600 * 1_000_000
_CLOCK_BITS: Final = 10
_FACET: Final = "app.bsky.richtext.facet"


def tid(token: str) -> str:
    """The TID that belongs to a token: thirteen letters, for ever the same."""
    drawn = int.from_bytes(hashlib.sha256(token.encode("utf-8", "replace")).digest(), "big")
    times, clock = divmod(drawn, 1 << _CLOCK_BITS)
    number = (_FIRST_TIME + times % _TIMES) << _CLOCK_BITS | clock
    places = reversed(range(_TID_LETTERS))
    return "".join(_SORTABLE[number >> 5 * place & 31] for place in places)


def length(text: str) -> int:
    """In graphemes; more where the bytes of the text are what the site would not take."""
    size = len(text.encode("utf-8", "surrogatepass"))
    return max(letters(text), -(-size // _BYTES_A_LETTER))


def render(record: Mapping[str, Any], account: Account | None, key: str, created: str) -> bytes:
    """The frozen bytes. Raises KnownError `no_account`, `bad_target`, `public_only`, `bad_text`,
    `bad_settings`.
    """
    if account is None:
        raise KnownError(
            "no_account",
            _("There is no Bluesky account to send from."),
            _("Set one up in the settings."),
        )
    hangs = refs.read(record["target"])
    if hangs is None:
        raise KnownError(
            "bad_target",
            _("This does not say which post on Bluesky is answered."),
            _("Answer by hand: copy the reply and open the page."),
        )
    if record.get("visibility") == "private":
        raise KnownError(
            "public_only",
            _("On Bluesky everybody can read a reply."),
            _("Answer in public, or choose another way to reach them."),
        )
    post: dict[str, Any] = {
        "$type": refs.COLLECTION,
        "text": record["text"],
        "createdAt": created,
        "reply": {"root": hangs.root._asdict(), "parent": hangs.parent._asdict()},
    }
    if language := speaking.spoken(account):
        post["langs"] = [language]
    try:
        found = list(_facets(record["text"], record["links"], hangs))
        if found:
            post["facets"] = found
        return _canonical({"from": sender(account), "key": key, "post": post})
    except UnicodeEncodeError as error:
        raise KnownError(
            "bad_text",
            _("The reply holds a broken character that cannot be sent."),
            _("Delete the character that is shown as a box or a question mark."),
        ) from error


def post_in(wire: bytes) -> dict[str, Any]:
    """The post in the bytes that `render` made. Raises ValueError for others."""
    frozen = json.loads(wire)
    if not isinstance(frozen, dict) or frozen.keys() != {"from", "key", "post"}:
        raise ValueError("these bytes are no post of ours")
    return dict(frozen["post"])


def sender(account: Account) -> str:
    """Who we are there, and where: what of the settings decides in whose name a post stands."""
    service = account.settings.get("service", "").strip()
    handle = account.settings.get("handle", "").strip().lstrip("@")
    return f"{handle} {service}".strip()


def request(did: str, rkey: str, post: Mapping[str, Any]) -> bytes:
    """The body of the request that puts a post where its key says."""
    return _canonical(
        {"repo": did, "collection": refs.COLLECTION, "rkey": rkey, "record": dict(post)}
    )


def _canonical(said: Mapping[str, Any]) -> bytes:
    whole = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return whole.encode()


def _facets(text: str, links: list[str], hangs: Hangs) -> Iterator[dict[str, Any]]:
    """What can be pressed in the text: the links that were signed, the name of who is answered."""
    taken: list[tuple[int, int]] = []
    end = 0
    for one in links:
        start = text.find(one, end)
        if start < 0 or link(one) is None:
            continue
        end = start + len(one)
        taken.append((start, end))
        yield _facet(text, start, end, {"$type": f"{_FACET}#link", "uri": one})
    if not hangs.handle:
        return
    name = re.compile(rf"(?<![\w@./])@{re.escape(hangs.handle)}(?![\w-]|\.\w)", re.IGNORECASE)
    for found in name.finditer(text):
        start, end = found.span()
        if all(end <= first or start >= last for first, last in taken):
            yield _facet(text, start, end, {"$type": f"{_FACET}#mention", "did": hangs.did})


def _facet(text: str, start: int, end: int, feature: dict[str, str]) -> dict[str, Any]:
    """The site counts in bytes of UTF-8."""
    first = len(text[:start].encode())
    index = {"byteStart": first, "byteEnd": first + len(text[start:end].encode())}
    return {"index": index, "features": [feature]}
