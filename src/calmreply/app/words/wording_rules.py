"""Each rule said as a sentence, and what becomes of one that asks for less."""

from __future__ import annotations

from datetime import timedelta

from calmreply.app.words import wording
from calmreply.domain.policy import FLOORS, Kind
from calmreply.i18n import _

_RULES = (
    *("first_word_aim", "full_reply_aim", "answer_aim"),
    *("sign_question", "sign_praise", "sign_after_week", "distinct_people"),
)


def sentence(name: str, value: str) -> str:
    """What a rule of that value asks for; empty for what is no rule of waiting or signing."""
    if name.startswith("wait_") and value.isdigit():
        _prefix, kind, part = name.split("_")
        return _wait(Kind(kind), part, int(value))
    if name not in _RULES:
        return ""
    if value.isdigit():
        span = wording.duration(timedelta(minutes=int(value)))
        if name == "first_word_aim":
            return _("They hear a first word from you within {span}.").format(span=span)
        if name == "answer_aim":
            words = _("Whoever is asked has {span} of opening hours; then somebody else is named.")
            return words.format(span=span)
        return _("They have your full answer within {span}.").format(span=span)
    second = value == "yes"
    if name == "sign_after_week":
        return (
            _("A key that came in less than a week ago signs nothing off.")
            if second
            else _("A key in its first week may sign off; whoever reads it is told that it is new.")
        )
    if name == "distinct_people":
        return (
            _("Nobody comes in whose name or mail could be taken for somebody else's.")
            if second
            else _("A name or mail that could be taken for somebody else's is shown, and let in.")
        )
    if name == "sign_question":
        return (
            _("An answer to a question goes out only once a second person has signed it off.")
            if second
            else _("An answer to a question goes out without a second person.")
        )
    return (
        _("A word of thanks goes out only once a second person has signed it off.")
        if second
        else _("A word of thanks goes out without a second person.")
    )


def _wait(kind: Kind, part: str, minutes: int) -> str:
    waits = {
        "calm": _("Somebody calm waits {span} {what}"),
        "stung": _("Somebody stung waits {span} {what}"),
        "angry": _("Somebody angry waits {span} {what}"),
        "text": _("Words that were changed rest {span} {what}"),
    }[part]
    at_once = {
        "calm": _("Somebody calm does not wait {what}."),
        "stung": _("Somebody stung does not wait {what}."),
        "angry": _("Somebody angry does not wait {what}."),
        "text": _("Words that were changed do not rest {what}."),
    }[part]
    what = {
        Kind.COMPLAINT: _("before a complaint is answered"),
        Kind.QUESTION: _("before a question is answered"),
        Kind.PRAISE: _("before praise is answered"),
    }[kind]
    if kind is not Kind.COMPLAINT and part in {"stung", "angry"}:
        what = _("{what}, once a second person agrees that it is no complaint").format(what=what)
    floor = getattr(FLOORS[kind], part)
    if not minutes:
        return at_once.format(what=what)
    span, least = (wording.duration(timedelta(minutes=n)) for n in (minutes, floor))
    said = waits.format(span=span, what=what)
    if not floor:
        return f"{said}."
    return _("{said}, and never less than {least}.").format(said=said, least=least)


def limit(name: str, amount: str) -> str:
    """A higher limit for offers, as it is proposed."""
    return _("{name} may offer up to {amount} without asking.").format(name=name, amount=amount)


def holds_when() -> str:
    """When something looser holds, as one sentence."""
    return _(
        "Somebody else agrees in the settings, and a day later it holds, once their key is a week "
        "old. Alone: a week later."
    )


def proposed() -> str:
    """Above the rules that are proposed."""
    return _(
        "These ask for less than today's rules. Once a second person has agreed they are in force "
        "a day later, and not before that person's key is a week old (alone: a week after they "
        "were proposed), for cases that begin then."
    )


def weaker() -> str:
    """Beside a rule that would ask for less, before it is kept."""
    return _(
        "This asks for less than today's rule. It is only proposed: a second person has to agree, "
        "and a day later it is in force, once their key is a week old (alone: a week after it was "
        "proposed). Cases that began before keep today's rule."
    )
