"""What was answered in a debrief, in words: each question that was answered, and its answer."""

from __future__ import annotations

from collections.abc import Callable

from calmreply.app.words import wording
from calmreply.domain.debrief import Action, Answers
from calmreply.i18n import _

Day = Callable[[str], str]


def questions() -> dict[str, str]:
    """The questions of the form by the names of their fields, in the form's order."""
    return {
        "escalated": _("How did it escalate?"),
        "better": _("What could have gone better on our side?"),
        "causes": _("Is there a problem in how we work?"),
        "opportunity": _("What opportunity is in it?"),
        "actions": _("What we will do"),
        "debriefed_with": _("Debriefed with"),
        "feeling": _("How do you feel about it now?"),
    }


def answered(answers: Answers, day: Day = str) -> tuple[tuple[str, str], ...]:
    """Question and answer, one line for each action; what was left open is left out.

    `day` says how a day (YYYY-MM-DD) is written.
    """
    said = {
        "escalated": answers.escalated,
        "better": answers.better,
        "causes": ", ".join(wording.cause(one) for one in answers.causes),
        "opportunity": answers.opportunity,
        "actions": "\n".join(action(one, day) for one in answers.actions),
        "debriefed_with": answers.debriefed_with,
        "feeling": "" if answers.feeling is None else wording.settledness(answers.feeling),
    }
    return tuple((asks, said[name]) for name, asks in questions().items() if said[name])


def action(one: Action, day: Day = str) -> str:
    """Such as "A line on the order form (Ana, by 2026-03-17)"."""
    by = _("by {day}").format(day=day(one.by_when)) if one.by_when else ""
    about = ", ".join(filter(None, (one.who, by)))
    return f"{one.words} ({about})" if about else one.words
