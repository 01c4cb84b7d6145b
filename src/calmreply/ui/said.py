"""What somebody said, as the page and the dialogs show it. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calmreply.domain.mention import Mention, MentionVersion


def what_they_said(mention: Mention, version: MentionVersion | None = None) -> str:
    """What they said, the title first where it says what the text does not begin with."""
    text, title = (version or mention.now).text, " ".join(mention.title.split())
    begun = title.removesuffix("...").removesuffix("…").rstrip().casefold()
    if not begun or " ".join(text.split()).casefold().startswith(begun):
        return text
    return f"{title}\n{text}" if text.strip() else title
