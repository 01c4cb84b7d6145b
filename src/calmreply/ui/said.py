"""What somebody said, as the page and the dialogs show it. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calmreply.domain import above

if TYPE_CHECKING:
    from calmreply.domain.mention import Mention, MentionVersion


def what_they_said(mention: Mention, version: MentionVersion | None = None) -> str:
    """What they said, the title first where it says what the text does not begin with.

    What it answers stands over it.
    """
    text, title = (version or mention.now).text, " ".join(mention.title.split())
    begun = title.removesuffix("...").removesuffix("…").rstrip().casefold()
    if not begun or " ".join(text.split()).casefold().startswith(begun):
        return text
    between = "\n\n" if above.is_one(title) else "\n"
    return f"{title}{between}{text}" if text.strip() else title
