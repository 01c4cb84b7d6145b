"""What somebody said as one line, and what is told beside it."""

from __future__ import annotations

from calmreply.app.listening import address
from calmreply.domain import above, disguise
from calmreply.i18n import _, ngettext


def one_line(title: str, text: str) -> str:
    """`title` and `text`; without the title where the text begins with it or answers it."""
    if not title or (text and above.is_one(title)) or text.startswith(title.rstrip("….")):
        return text
    if not text:
        return title
    between = " " if title[-1] in ".!?…:" else ": "
    return f"{title}{between}{text}"


def places(count: int) -> str:
    """In how many places one matter was heard."""
    return ngettext("{n} place", "{n} places", count).format(n=count)


def waits() -> str:
    """That its page shows it to nobody until somebody approves it."""
    return _("Waits for approval")


def gone() -> str:
    """That it no longer stands where it was said."""
    return _("Gone")


def who(author: str, site: str = "", source_title: str = "", url: str | None = None) -> str:
    """Who a line is headed by; what a source brought without an author by where it stands.

    What a source is called says by which way it came and not where it stands: that is the host of
    the page then. A mailbox, above all, is our own.
    """
    if author or not source_title:
        return disguise.name(author) or _("Somebody")
    page = disguise.host(address.host(address.canonical(url or "")))
    there = disguise.name(site if site != source_title else "")
    return there or page or disguise.name(source_title)
