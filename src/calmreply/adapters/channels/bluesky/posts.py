"""One post as Bluesky shows it to a mention. Pure; whatever stands there, nothing is raised."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from calmreply.adapters.channels.interface import (
    Said,
    at,
    believable,
    items,
    language,
    line,
    moment,
    words,
)
from calmreply.adapters.channels.walking import Entry
from calmreply.app.ports.channels import Ours
from calmreply.domain import above
from calmreply.domain.mention import Heard, Origin

from . import refs

SITE: Final = "Bluesky"
_LONGEST_TEXT: Final = 20_000
_MOST_PICTURES: Final = 10
_MOST_ANSWERS: Final = 2_000


def is_uri(untrusted: object) -> bool:
    """Whether this is the name of a post, short enough to keep."""
    return refs.post_of(untrusted) is not None


def is_gone(said: Said) -> bool:
    """Whether the answer to a question for a thread says that its post is no longer there."""
    not_found = said.status in (400, 404) and said.at("error") == "NotFound"
    kind = at(said.untrusted, "thread", "$type")
    return not_found or (said.good and kind == "app.bsky.feed.defs#notFoundPost")


def entry(untrusted: object, wall: datetime, own: str) -> Entry | None:
    """The entry of a notification or a post; None if it cannot be read. `own` is our did."""
    named = refs.post_of(at(untrusted, "uri"))
    record = at(untrusted, "record")
    did = line(at(untrusted, "author", "did"))
    # Whose post it is stands in its name; an answer that says otherwise is not to be believed.
    if named is None or not isinstance(record, dict) or did != named.did:
        return None
    created, indexed = moment(at(record, "createdAt")), moment(at(untrusted, "indexedAt"))
    placed = _placed(created, indexed, is_told=at(untrusted, "reason") is not None)
    if did == own:
        return Entry(named.uri, at=placed)
    handle = refs.handle_of(line(at(untrusted, "author", "handle"), 253))
    hangs = refs.under(untrusted, handle)
    heard = Heard(
        key=named.uri,
        author=line(at(untrusted, "author", "displayName")) or handle or did,
        text=_text(record),
        origin=Origin.FEED,
        url=_page(handle or did, named.rkey),
        site=SITE,
        published=believable(created, min(indexed or wall, wall)) or believable(indexed, wall),
        handle=f"@{handle}" if handle else did,
        language=language(next(iter(items(at(record, "langs"), 1)), None)),
        target=str(hangs or ""),
        thread=hangs.root.uri if hangs else "",
        answers=refs.answered_by(untrusted),
    )
    return Entry(named.uri, at=placed, heard=heard, ref="post")


def above_it(untrusted: object) -> tuple[str, str]:
    """A post that is answered: its uri, and the title that tells a reply's reader of it.

    Either is empty where it cannot be said.
    """
    named, did = refs.post_of(at(untrusted, "uri")), line(at(untrusted, "author", "did"))
    if named is None or did != named.did:
        return "", ""
    handle = refs.handle_of(line(at(untrusted, "author", "handle"), 253))
    return named.uri, above.title(f"@{handle}" if handle else did, _text(at(untrusted, "record")))


def answers(untrusted: object, to: refs.Ref, own: str) -> tuple[Ours, ...]:
    """Those of `own` among the replies that a thread shows right under this post, newest first."""
    found: dict[str, tuple[str, str]] = {}
    for one in items(untrusted, _MOST_ANSWERS):
        post = at(one, "post")
        named, record = refs.post_of(at(post, "uri")), at(post, "record")
        if named and named.did == own and refs.answered_by(post) == to.uri:
            handle = refs.handle_of(line(at(post, "author", "handle"), 253))
            when = line(at(record, "createdAt"))
            found[named.uri] = (when, _page(handle or own, named.rkey))
    newest = sorted(found, key=lambda uri: found[uri], reverse=True)
    return tuple(Ours(uri, found[uri][1]) for uri in newest)


def _page(who: str, rkey: str) -> str:
    return f"https://bsky.app/profile/{who}/post/{rkey}"


def _placed(
    created: datetime | None, indexed: datetime | None, *, is_told: bool
) -> datetime | None:
    """Where a list has it: notifications by the site's own time, posts by the earlier one."""
    if is_told or created is None:
        return indexed or created
    return created if indexed is None else min(created, indexed)


def _text(record: object) -> str:
    """The words of a post; where there are none, those that describe its pictures."""
    text = words(at(record, "text"), _LONGEST_TEXT)
    if text:
        return text
    embed = at(record, "embed")
    media = at(embed, "media") if isinstance(at(embed, "media"), dict) else embed
    pictures = [line(at(one, "alt")) for one in items(at(media, "images"), _MOST_PICTURES)]
    described = [*pictures, line(at(media, "alt")), line(at(media, "external", "title"))]
    return "\n".join(one for one in described if one)
