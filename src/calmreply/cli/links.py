"""Where the links in a reply really lead, for whoever reads or signs it in a terminal."""

from __future__ import annotations

from urllib.parse import urlsplit

from calmreply.domain import disguise, reply
from calmreply.i18n import _


def lines(text: str) -> list[str]:
    """One for each link, its host in the spelling that cannot pretend."""
    return [_line(link) for link in dict.fromkeys(reply.links(text))]


def _line(link: str) -> str:
    try:
        host = urlsplit(link).hostname or ""
    except ValueError:
        host = ""
    if not host:
        words = _("“{link}” does not lead where it seems to; it should not be there.")
        return words.format(link=link)
    return _("“{link}” leads to {host}").format(link=link, host=disguise.host(host))
