"""One status as an instance shows it to a mention. Pure; whatever stands there, nothing is raised.

Markup of a status is cut well above what a person can write there: what the cleaner takes for
the worst of it must not be felt.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import Final

from calmreply.adapters.channels.interface import (
    at,
    believable,
    items,
    language,
    line,
    link,
    moment,
    words,
)
from calmreply.adapters.channels.walking import Entry
from calmreply.adapters.html import plain
from calmreply.domain import above
from calmreply.domain.mention import Heard, Origin, Visibility

from . import refs

LONGEST_ID: Final = 100
_LONGEST_MARKUP: Final = 20_000
_LONGEST_WARNING: Final = 2_000
_LONGEST_KEY: Final = 300
_MOST_PICTURES: Final = 20
_ID: Final = re.compile(rf"[\x21-\x7e]{{1,{LONGEST_ID}}}")
_PUBLIC: Final = frozenset({"public", "unlisted", "local"})


def id_of(untrusted: object) -> str:
    """What the instance calls it; empty where it has no name that could be asked for again."""
    named = at(untrusted, "id")
    if isinstance(named, int) and not isinstance(named, bool) and 0 <= named < 10**30:
        named = str(named)
    return named if isinstance(named, str) and _ID.fullmatch(named) else ""


def entry(untrusted: object, wall: datetime, own: str, host: str) -> Entry | None:
    """The entry of a status; None if it cannot be read. `own` is our id at the instance `host`.

    `thread` and `answers` name it as this instance does, which is no key yet (see `in_thread`).
    """
    named = id_of(untrusted)
    writer = at(untrusted, "account")
    who = id_of(writer)
    if not named or not who or not isinstance(at(untrusted, "content"), str):
        return None
    key = key_of(untrusted, host)
    created = believable(moment(at(untrusted, "created_at")), wall)
    if who == own or isinstance(at(untrusted, "reblog"), dict):
        return Entry(key, at=created)
    handle = _handle(writer, host)
    visibility = at(untrusted, "visibility")
    above = id_of({"id": at(untrusted, "in_reply_to_id")})
    hangs = refs.under(host, named, visibility, line(at(writer, "acct")))
    # Servers have words of their own for a few readers; whatever is not said to be open is not.
    hidden = isinstance(visibility, str) and visibility not in _PUBLIC
    heard = Heard(
        key=key,
        author=line(at(writer, "display_name")) or line(at(writer, "username")) or handle,
        text=_text(untrusted),
        origin=Origin.FEED,
        url=link(at(untrusted, "url")),
        site=host,
        published=created,
        visibility=Visibility.PRIVATE if hidden else Visibility.PUBLIC,
        handle=handle,
        language=language(at(untrusted, "language")),
        target=str(hangs or ""),
        thread=f"{host}/{above or named}",
        answers=f"{host}/{above}" if above else "",
    )
    return Entry(key, line(at(untrusted, "edited_at"), 40), created, heard, named)


def above_it(untrusted: object, under: Visibility, host: str) -> str:
    """The title that tells a reply's reader of this status, or empty.

    What was said to a few readers is not told beside what everybody may read.
    """
    if under is Visibility.PUBLIC and at(untrusted, "visibility") not in _PUBLIC:
        return ""
    return above.title(_handle(at(untrusted, "account"), host), _text(untrusted))


def in_thread(thread: str) -> str:
    """The id that stands in the `thread` of an entry."""
    return thread.partition("/")[2]


def key_of(untrusted: object, host: str) -> str:
    """What a status is called on every instance; where it does not say, by the one we ask."""
    uri = at(untrusted, "uri")
    if not isinstance(uri, str) or link(uri) is None:
        return f"{host}/{id_of(untrusted)}"
    if len(uri) <= _LONGEST_KEY:
        return uri
    return hashlib.sha256(uri.encode()).hexdigest()


def _handle(writer: object, host: str) -> str:
    """`@anna@social.example`; the people of our own instance are called by a bare name there."""
    name = line(at(writer, "acct")) or line(at(writer, "username"))
    if not refs.name_of(name):
        return ""
    return f"@{name}" if "@" in name else f"@{name}@{host}"


def _text(untrusted: object) -> str:
    """The warning first, then the words; where there are none, those that describe pictures."""
    content = at(untrusted, "content")
    said = plain(content[:_LONGEST_MARKUP]) if isinstance(content, str) else ""
    if not said:
        shown = items(at(untrusted, "media_attachments"), _MOST_PICTURES)
        described = [line(at(one, "description")) for one in shown]
        said = "\n".join(one for one in described if one)
    warning = words(at(untrusted, "spoiler_text"), _LONGEST_WARNING)
    return "\n\n".join(one for one in (warning, said) if one)
