"""What somebody said as one line, and what is told beside it."""

from __future__ import annotations

from calmreply.i18n import ngettext


def one_line(title: str, text: str) -> str:
    """`title` and `text`; without the title where the text begins with it."""
    if not title or text.startswith(title.rstrip("….")):
        return text
    if not text:
        return title
    between = " " if title[-1] in ".!?…:" else ": "
    return f"{title}{between}{text}"


def places(count: int) -> str:
    """In how many places one matter was heard."""
    return ngettext("{n} place", "{n} places", count).format(n=count)
