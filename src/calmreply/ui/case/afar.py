"""Whether the second person is far away, as the page and its menus need to know. No Qt."""

from __future__ import annotations

from collections.abc import Collection

from calmreply.domain.review import PacketMade
from calmreply.domain.sign_off import Standing
from calmreply.ui.case.work import Shown


def packet_out(shown: Shown) -> bool:
    """A packet about these words went to somebody who has not answered yet."""
    state = shown.page.sign_off
    if state.standing is not Standing.ASKED or state.asked is None:
        return False
    return any(made.request == state.asked.request for made in shown.facts.of(PacketMade))


def can_answer_here(shown: Shown, lines: Collection[str]) -> bool:
    """Whoever is asked could look at it at this computer: also where somebody else is proposed."""
    waits = "ask_next" in lines and shown.page.sign_off.standing is Standing.ASKED
    return (waits or not {"review", "answer"}.isdisjoint(lines)) and not only_by_file(shown)


def can_send(shown: Shown) -> bool:
    """Somebody could be asked by a file."""
    return any(person.packet_key is not None for person in shown.reviewers)


def only_by_file(shown: Shown) -> bool:
    """Whoever is asked has no key here, so that they cannot sign at this computer."""
    asked = shown.page.sign_off.asked
    who = shown.facts.person(asked.reviewer) if asked is not None else None
    return who is not None and not who.keys and who.packet_key is not None
