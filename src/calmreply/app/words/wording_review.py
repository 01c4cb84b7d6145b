"""Every sentence about what a second person says of the words: changes, others, impressions."""

from __future__ import annotations

from typing import assert_never

from calmreply.domain.review import ChangesAsked, Impression, SignedOff
from calmreply.i18n import _


def changes(name: str, text: str, *, version: int = 0) -> str:
    """That somebody asks for a change, or proposes other words and says no more (`text` empty).

    `version`: of which, where that is not the present one.
    """
    lead = changes_lead(name, text, version=version)
    return f"{lead} {text}" if text else lead


def changes_lead(name: str, text: str, *, version: int = 0) -> str:
    """What stands before the text."""
    if text:
        words = _("{name} asked for a change in version {n}:") if version else ""
        words = words or _("{name} asks for a change:")
    else:
        words = _("{name} suggested other words for version {n}") if version else ""
        words = words or _("{name} suggests other words")
    return words.format(name=name, n=version)


def signed_lead(name: str) -> str:
    """What stands before the note of somebody who signed."""
    return _("{name} signed it off and says:").format(name=name)


def told(fact: ChangesAsked, who: str) -> tuple[str, str]:
    """A line of the story and a quieter one."""
    if not fact.suggestion:
        words, more = _("{name} asked for a change"), fact.text
    else:
        words = _("{name} suggested other words")
        more = "\n".join(filter(None, (fact.text, fact.suggestion)))
    return words.format(name=who), _joined(_first(fact), more)


def told_signed(fact: SignedOff) -> str:
    """The quieter line of a sign-off, often empty."""
    hurried = _("knowing that it cannot wait") if fact.hurry else ""
    return _joined(_first(fact), hurried, fact.note)


def _first(fact: SignedOff | ChangesAsked) -> str:
    if fact.impression is None:
        return ""
    said = _("read the reply alone first: {impression}")
    return said.format(impression=impression(fact.impression).lower())


def _joined(*parts: str) -> str:
    return "\n".join(filter(None, parts))


def suggested(number: int, name: str) -> str:
    """The heading of a suggestion, where several may be listed."""
    return _("Suggestion {number} by {name}").format(number=number, name=name)


def impression(value: Impression) -> str:
    match value:
        case Impression.WARM:
            return _("Warm")
        case Impression.FAIR:
            return _("Fair")
        case Impression.COLD:
            return _("Cold")
        case Impression.DEFENSIVE:
            return _("Defensive")
        case Impression.UNCLEAR:
            return _("Hard to follow")
        case _:
            assert_never(value)


def hurried(reason: str, name: str, ground: str) -> tuple[str, str]:
    """What a second person is told of an emergency; `ground` in words."""
    words = _("{name} says that this cannot wait: {ground}. “{reason}”")
    why = _("If you sign, the waits become as short as they can be.")
    return words.format(name=name, ground=_lower(ground), reason=reason), why


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
