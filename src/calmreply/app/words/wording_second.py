"""Every sentence about a second person who agrees, an emergency, and whoever is alone."""

from __future__ import annotations

from typing import assert_never

from calmreply.domain.blockers import SelfReview, SelfReviewNight
from calmreply.domain.said import (
    Agreement,
    EmergencyDeclared,
    Ground,
    MadeStricter,
    SecondAgreed,
    SelfReviewed,
)
from calmreply.i18n import _


def self_review(held: SelfReview | SelfReviewNight, at: str) -> str:
    """`at`: the time of day at which it clears, or empty."""
    match held:
        case SelfReviewNight():
            return _("You are alone: a night belongs to this reply, until {time}").format(time=at)
        case SelfReview(final=True):
            return _("You are alone: read your words a last time, from {time}").format(time=at)
        case SelfReview():
            return _("You are alone: read your own words; then they rest for a night")
    assert_never(held)


def agreement(value: Agreement) -> str:
    """As what somebody says."""
    match value:
        case Agreement.NOT_PRIVATE:
            return _("What looks private here is not")
        case Agreement.NOT_COMPLAINT:
            return _("This is not a complaint")
        case _:
            assert_never(value)


def ground(value: Ground) -> str:
    match value:
        case Ground.SAFETY:
            return _("Somebody may come to harm")
        case Ground.LAW:
            return _("The law gives no more time")
        case _:
            assert_never(value)


def emergency_rule(*, alone: bool) -> str:
    """What an emergency does, before it is declared."""
    if alone:
        return _(
            "You are alone: the waits are ten minutes, it is recorded that nobody else looked at "
            "it, and you talk it over within a day."
        )
    return _(
        "The waits become as short as they can be, once a second person has signed off the words. "
        "A sign-off from before does not count for this."
    )


def told(fact: object, who: str) -> tuple[str, str] | None:
    """A line of the case's story and a quieter one; None for what is told elsewhere."""
    match fact:
        case SecondAgreed():
            words = _("{name} agrees as the second person: {what}")
            found = ", ".join(text for _kind, text in fact.found)
            return words.format(name=who, what=agreement(fact.what)), found
        case MadeStricter():
            return _("{name} wants it held like a complaint").format(name=who), ""
        case EmergencyDeclared():
            words = _("{name} said that it cannot wait: {ground}")
            if fact.alone:
                words = _("{name}, alone, said that it cannot wait: {ground}. Not reviewed")
            return words.format(name=who, ground=ground(fact.ground)), fact.reason
        case SelfReviewed():
            return _("{name}, alone, read their own words again: self-reviewed").format(
                name=who
            ), ""
        case _:
            return None
