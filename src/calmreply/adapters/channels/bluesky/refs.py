"""What a reply on Bluesky hangs on, as one line of text: a mention's `target`. Pure.

A reply names the post it answers and the post its whole thread began with, each by its uri and
by the digest of what stood there (its cid): `PARENT CID ROOT CID @HANDLE`, the last two parts only
where they say something new.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from calmreply.adapters.channels.interface import at

COLLECTION: Final = "app.bsky.feed.post"
_LONGEST_URI: Final = 300
_URI: Final = re.compile(
    r"at://(?P<did>did:[a-z]{1,10}:[A-Za-z0-9._:%-]{1,200})/app\.bsky\.feed\.post/"
    r"(?P<rkey>[A-Za-z0-9._:~-]{1,100})"
)
_CID: Final = re.compile(r"[A-Za-z0-9]{20,100}")
_HANDLE: Final = re.compile(r"(?=.{3,253}\Z)(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{1,63}")
_NO_HANDLE: Final = "handle.invalid"  # Bluesky's word for a name that leads nowhere now


class Post(NamedTuple):
    """The parts of a post's uri."""

    uri: str
    did: str
    rkey: str


class Ref(NamedTuple):
    """One version of one post."""

    uri: str
    cid: str


class Hangs(NamedTuple):
    """What a reply hangs on; `handle` is how the one it answers is called, empty if not known."""

    parent: Ref
    root: Ref
    handle: str = ""

    @property
    def did(self) -> str:
        """Who is answered."""
        post = post_of(self.parent.uri)
        return post.did if post else ""

    def __str__(self) -> str:
        parts = [*self.parent]
        if self.root != self.parent:
            parts += self.root
        if self.handle:
            parts.append(f"@{self.handle}")
        return " ".join(parts)


def post_of(untrusted: object) -> Post | None:
    """The post of this name; None where it is none, or one too long to keep."""
    if not isinstance(untrusted, str) or len(untrusted) > _LONGEST_URI:
        return None
    found = _URI.fullmatch(untrusted)
    return Post(found[0], found["did"], found["rkey"]) if found else None


def handle_of(untrusted: object) -> str:
    """A name as somebody is called there; empty where it is none."""
    good = isinstance(untrusted, str) and untrusted != _NO_HANDLE and _HANDLE.fullmatch(untrusted)
    return str(untrusted) if good else ""


def under(untrusted: object, handle: str) -> Hangs | None:
    """What a reply to this post hangs on; None where the site does not say enough."""
    parent = _ref(untrusted)
    if parent is None:
        return None
    root = _ref(at(untrusted, "record", "reply", "root"))
    return Hangs(parent, root or parent, handle_of(handle))


def answered_by(untrusted: object) -> str:
    """The uri of the post that this one answers itself, or empty."""
    post = post_of(at(untrusted, "record", "reply", "parent", "uri"))
    return post.uri if post else ""


def read(target: str) -> Hangs | None:
    """What `str` of one gave; None for anything else."""
    *parts, last = target.split(" ") if len(target) <= 4 * _LONGEST_URI else [""]
    handle = handle_of(last[1:]) if last.startswith("@") else ""
    if not handle:
        parts.append(last)
    if len(parts) not in (2, 4):
        return None
    parent, root = _pair(*parts[:2]), _pair(*parts[-2:])
    return Hangs(parent, root, handle) if parent and root else None


def _ref(untrusted: object) -> Ref | None:
    return _pair(at(untrusted, "uri"), at(untrusted, "cid"))


def _pair(uri: object, cid: object) -> Ref | None:
    post = post_of(uri)
    good = isinstance(cid, str) and _CID.fullmatch(cid)
    return Ref(post.uri, str(cid)) if post and good else None
