"""What is said where whoever was asked for a second look does not answer."""

from __future__ import annotations

from datetime import timedelta

from calmreply.app import wording
from calmreply.app.wording import Names
from calmreply.domain.next_asked import NextAsked, Why
from calmreply.domain.policy import Policy
from calmreply.i18n import _


def next_asked(found: NextAsked, rules: Policy, names: Names) -> str:
    """One sentence: what is the matter, and who could be asked instead."""
    who = names(found.asked)
    match found.why:
        case Why.AWAY:
            said = _("{name} is away.").format(name=who)
        case Why.SILENT:
            span = wording.duration(timedelta(minutes=rules.answer_aim))
            said = _("{name} has not answered in {span} of opening hours.").format(
                name=who, span=span
            )
    if found.next is None:
        return f"{said} {_('Nobody else here could sign it.')}"
    return f"{said} {ask_words(found)}."


def ask_words(found: NextAsked) -> str:
    """What the one button says."""
    return _("Ask {name}").format(name=found.next.name if found.next is not None else "")
