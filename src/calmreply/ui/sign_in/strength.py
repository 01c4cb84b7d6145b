"""What a passphrase is worth, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calmreply.app.persons import passphrases
from calmreply.i18n import _, ngettext

if TYPE_CHECKING:
    pass


STRONG = 20
"""Characters from which a passphrase of words is strong."""


def strength_words(length: int) -> str:
    """What a passphrase of `length` characters is worth, by its length alone."""
    missing = passphrases.SHORTEST - length
    if length == 0:
        return _(
            "{n} characters or more: three or four words that have nothing to do with each other."
        ).format(n=missing)
    if missing > 0:
        words = ngettext(
            "{n} more character. Three or four words that have nothing to do with each other.",
            "{n} more characters. Three or four words that have nothing to do with each other.",
            missing,
        )
        return words.format(n=missing)
    if length < STRONG:
        return _("Long enough. One more word makes it strong.")
    return _("Strong.")
