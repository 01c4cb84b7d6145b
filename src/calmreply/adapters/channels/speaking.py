"""The language that a shop writes in at a site: told by its account, and never guessed from a text.

Readers there filter by it and have it translated, so a wrong one is worse than none.
"""

from __future__ import annotations

import re
from typing import Final

from calmreply.app.ports.channels import Field
from calmreply.app.ports.storage import Account
from calmreply.errors import KnownError
from calmreply.i18n import _

LANGUAGE: Final = "language"
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


def field() -> Field:
    return Field(
        LANGUAGE,
        _("Language you write in there"),
        _("As in: en, de, pt-BR. Leave it empty if you write in several"),
        required=False,
    )


def spoken(account: Account) -> str:
    """A BCP 47 tag, or empty where it is not told. Raises KnownError `bad_settings`."""
    said = account.settings.get(LANGUAGE, "").strip()
    if said and not _TAG.fullmatch(said):
        raise KnownError(
            "bad_settings",
            _('"{said}" is not the short name of a language.').format(said=said[:40]),
            _("Write it as en, de or pt-BR in the settings of this account, or leave it empty."),
        )
    return said


def primary(account: Account) -> str:
    """The language alone, without its country, as sites want it that know no tags."""
    return spoken(account).partition("-")[0].lower()
