"""What it means for others that somebody's key is in its first week."""

from __future__ import annotations

from calmreply.i18n import _


def new_key_words(name: str) -> str:
    """One sentence, for whoever reads `name` beside the sign of the first week."""
    return _(
        "This key of {name} came in less than a week ago. What {name} signs counts in full; it is "
        "said only so that no key comes in unnoticed."
    ).format(name=name)
