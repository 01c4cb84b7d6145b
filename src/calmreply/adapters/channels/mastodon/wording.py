"""A canonical record as a status of Mastodon, its length, and knowing it again. Pure.

What is frozen is the status, its key and when it was made. It is known again by its words under
what it answers, since an instance shows nobody the key that it came with. How a server dresses up
a text (links, names, marks for bold) does not count for that, and neither does the time there: the
clock that the reply was made by may be an hour fast, and then all that stands there looks older.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from calmreply.adapters.channels import speaking
from calmreply.adapters.channels.interface import at, moment, service_address
from calmreply.adapters.channels.letters import letters
from calmreply.adapters.html import plain
from calmreply.app.ports.storage import Account
from calmreply.domain import reply
from calmreply.errors import KnownError
from calmreply.i18n import _

from . import refs
from .refs import Hangs

MOST_LETTERS: Final = 500
"""Graphemes of a status where the instance does not say otherwise."""
FOR_THE_NAME: Final = 32
"""Of these the name of who is answered takes so many: thirty letters, its @ and a space."""
_A_LINK: Final = 23
CLOCK_DOUBT: Final = timedelta(days=1)
"""As much may a computer's clock be fast; whoever chose the wrong zone is half a day off."""
_FAST_CLOCK: Final = timedelta(minutes=10)
_LONGEST_MARKUP: Final = 20_000
_MENTION: Final = re.compile(r"(?<![=/\w])@(\w+(?:[\w.-]*\w)?)(?:@[\w.-]*\w)?")
_IGNORED: Final = "PZC"
"""First letters of the Unicode categories of marks, spaces and what nobody sees."""


def length(text: str) -> int:
    """As an instance counts it: each link as 23, names without the site they live at."""
    links = reply.links(text)
    short = _MENTION.sub(r"@\1", _without(text, links))
    return letters(short) + _A_LINK * len(links)


def render(record: Mapping[str, Any], account: Account | None, key: str, created: str) -> bytes:
    """The frozen bytes.

    Raises KnownError `no_account`, `bad_settings`, `bad_target`, `other_site`, `too_long`,
    `bad_text`.
    """
    hangs = _place(record["target"], account)
    text = _with_name(record["text"], hangs.name)
    if length(text) > MOST_LETTERS:
        raise KnownError(
            "too_long",
            _("With the name of the one you answer it is too long for this site."),
            _("Make it shorter."),
        )
    private = record.get("visibility") == "private"
    status = {
        "status": text,
        "in_reply_to_id": hangs.id,
        "visibility": refs.DIRECT if private else hangs.visible,
    }
    if private and not hangs.name:
        raise _bad_target()
    if account is not None and (language := speaking.primary(account)):
        status["language"] = language
    try:
        return _canonical({"created": created, "key": key, "status": status})
    except UnicodeEncodeError as error:
        raise KnownError(
            "bad_text",
            _("The reply holds a broken character that cannot be sent."),
            _("Delete the character that is shown as a box or a question mark."),
        ) from error


def body(wire: bytes) -> bytes:
    """What is posted, of the bytes that `render` made. Raises ValueError for others."""
    return _canonical(_frozen(wire)["status"])


def parent(wire: bytes) -> str:
    """The id of what is answered. Raises ValueError as `body`."""
    return str(_frozen(wire)["status"]["in_reply_to_id"])


def made(wire: bytes) -> datetime | None:
    """When it was made (UTC). Raises ValueError as `body`."""
    return moment(_frozen(wire)["created"])


def is_ours(untrusted: object, wire: bytes) -> bool | None:
    """Whether a status of our account is the one of these bytes; None where nobody can tell.

    It says the same under the same status: none of ours that stood there before the reply left is
    like it, or it was seen then. Where what it answered is gone it stands under none, as others
    with the same words may from earlier: those can be told apart by their time alone.
    """
    frozen = _frozen(wire)
    content, under = at(untrusted, "content"), at(untrusted, "in_reply_to_id")
    if not isinstance(content, str) or str(under or parent(wire)) != parent(wire):
        return False
    if _bare(plain(content[:_LONGEST_MARKUP])) != _bare(frozen["status"]["status"]):
        return False
    began, shown = made(wire), moment(at(untrusted, "created_at"))
    if under or began is None or shown is None or shown >= began - _FAST_CLOCK:
        return True
    return None if shown >= began - CLOCK_DOUBT else False


def _place(target: str, account: Account | None) -> Hangs:
    if account is None:
        raise KnownError(
            "no_account",
            _("There is no Mastodon account to send from."),
            _("Set one up in the settings."),
        )
    hangs = refs.read(target)
    if hangs is None:
        raise _bad_target()
    base = service_address(account.settings.get("instance", ""), allow_private=True)
    if urlsplit(base).hostname != hangs.host:
        raise KnownError(
            "other_site",
            _("This was heard at {site}, and your account is at another site.").format(
                site=hangs.host
            ),
            _("Choose the account by which it was heard, or answer by hand."),
        )
    return hangs


def _bad_target() -> KnownError:
    return KnownError(
        "bad_target",
        _("This does not say which post is answered."),
        _("Answer by hand: copy the reply and open the page."),
    )


def _with_name(text: str, name: str) -> str:
    """Without the name in it its author would not be told of an answer."""
    if not name or _names(name).search(text):
        return text
    return f"@{name} {text}"


def _names(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![=/\w])@{re.escape(name)}(?![\w@-]|\.\w)", re.IGNORECASE)


def _without(text: str, links: tuple[str, ...]) -> str:
    end = 0
    for one in links:
        end = text.index(one, end)
        text = text[:end] + text[end + len(one) :]
    return text


def _bare(text: str) -> str:
    """The letters, digits and pictures of a text; names without the site they live at."""
    short = _MENTION.sub(r"@\1", unicodedata.normalize("NFKC", text))
    return "".join(one for one in short if unicodedata.category(one)[0] not in _IGNORED).casefold()


def _frozen(wire: bytes) -> dict[str, Any]:
    frozen = json.loads(wire)
    if not isinstance(frozen, dict) or frozen.keys() != {"created", "key", "status"}:
        raise ValueError("these bytes are no status of ours")
    return frozen


def _canonical(said: Mapping[str, Any]) -> bytes:
    whole = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return whole.encode()
