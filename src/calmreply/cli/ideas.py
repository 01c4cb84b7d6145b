"""Ready searches, as lines that can be typed."""

from __future__ import annotations

import shlex
from typing import assert_never

from calmreply.app.listening import searches
from calmreply.app.listening.searches import FeedAt, Offer, PageAt, PlaceAt
from calmreply.cli import shapes
from calmreply.cli.context import Answer, Context
from calmreply.i18n import _


def list_ideas(context: Context) -> Answer:
    """What could be listened to; nobody is asked, so the addresses are untried."""
    found = searches.offered(context.home)
    lines = [line for one in found for line in _idea_lines(one)]
    data = [shapes.idea(one) for one in found]
    return Answer(data, lines or [_("There are no names to search for: set business_name first.")])


def _idea_lines(offer: Offer) -> list[str]:
    search = offer.search
    title = _("{name}: {title}").format(name=search.name.name, title=search.title)
    if offer.listened:
        title = _("{title} (listened to already)").format(title=title)
    match search.way:
        case FeedAt(address):
            way = f"calmreply source add {shlex.quote(address)}"
        case PlaceAt(kind, said):
            fields = " ".join(f"--set {shlex.quote(f'{name}={value}')}" for name, value in said)
            way = f"calmreply source add --kind {kind} {fields}"
        case PageAt(address):
            way = address
        case _:
            assert_never(search.way)
    return [title, f"  {search.words}", f"  {way}", ""]
