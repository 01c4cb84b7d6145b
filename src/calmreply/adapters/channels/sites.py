"""What large review sites say of replies by the business, as far as their own pages tell it.

Sources: Google's Business Profile interface (length of a reply; it can be changed and deleted) and
its help on replies (checked before they are shown, the author is told); Tripadvisor's guidelines
for management responses. Looked up in November 2026; a site of which nothing is known has no rules.
"""

from __future__ import annotations

import re

from calmreply.app.ports.channels import Dislikes, Rules, Unit
from calmreply.i18n import _

_GOOGLE_BYTES = 4096


def rules(site: str) -> Rules:
    """By the name a mention gives ("Google", "www.tripadvisor.de")."""
    names = set(re.split(r"[^a-z]+", site.casefold()))
    if names & {"google", "googlemaps"}:
        return Rules(
            max_length=_GOOGLE_BYTES,
            unit=Unit.BYTES,
            can_edit=True,
            can_delete=True,
            told=_("Google checks a reply before it is shown, and tells the author of it."),
        )
    if "tripadvisor" in names:
        return Rules(dislikes=(Dislikes.CONTACT, Dislikes.LINKS, Dislikes.MARKUP))
    return Rules()
