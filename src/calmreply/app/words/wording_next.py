"""What is said where whoever was asked for a second look does not answer."""

from __future__ import annotations

from datetime import timedelta
from typing import assert_never

from calmreply.app.words import wording
from calmreply.app.words.wording import Names
from calmreply.domain.next_asked import NextAsked, Why
from calmreply.domain.policy import Policy
from calmreply.i18n import _


def next_asked(found: NextAsked, rules: Policy, names: Names) -> str:
    """What is the matter, and who could be asked instead."""
    said = not_answering(found, rules, names)
    if found.next is None:
        return f"{said} {_('Nobody else here could sign it.')}"
    return f"{said} {ask_words(found)}."


def not_answering(found: NextAsked, rules: Policy, names: Names) -> str:
    """What is the matter with whoever was asked."""
    who = names(found.asked)
    match found.why:
        case Why.AWAY:
            return _("{name} is away.").format(name=who)
        case Why.SILENT:
            span = wording.duration(timedelta(minutes=rules.answer_aim))
            words = _("{name} has not answered in {span} of opening hours.")
            return words.format(name=who, span=span)
    assert_never(found.why)


def ask_words(found: NextAsked) -> str:
    """What the one button says."""
    return _("Ask {name}").format(name=found.next.name if found.next is not None else "")
