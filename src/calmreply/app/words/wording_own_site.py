"""Every sentence about taking something off a page, or reporting it."""

from __future__ import annotations

from typing import assert_never

from calmreply.domain import disguise
from calmreply.domain.own_site import (
    Ground,
    Moderated,
    Moderation,
    ModerationAgreed,
    ModerationAsked,
    ModerationFailed,
    ModerationRefused,
    Reported,
)
from calmreply.i18n import _


def ground(value: Ground) -> str:
    match value:
        case Ground.OFFENCE:
            return _("It insults or threatens somebody")
        case Ground.PRIVATE_DATA:
            return _("It shows somebody's private data")
        case Ground.SPAM:
            return _("It is spam or an advertisement")
        case Ground.NOT_OURS:
            return _("It is about another business, or from nobody who was here")
        case Ground.COMPETITOR:
            return _("It comes from a competitor, or was paid for")
        case Ground.LAW:
            return _("The law forbids it, or a court does")
        case _:
            assert_never(value)


def no_ground() -> str:
    """What stands below the grounds."""
    return _(
        "That it is negative is no ground, and there is none for it: a complaint that stands there "
        "with a good answer does more for you than a page without any."
    )


def what(value: Moderation) -> str:
    """As a choice."""
    match value:
        case Moderation.HOLD:
            return _("Hold it back: nobody sees it, it can be shown again")
        case Moderation.SPAM:
            return _("Mark it as spam")
        case Moderation.TRASH:
            return _("Put it into the trash of the site")
        case Moderation.SHOW:
            return _("Show it again")
        case _:
            assert_never(value)


def done(value: Moderation) -> str:
    """How it stands on the own site then."""
    match value:
        case Moderation.HOLD:
            return _("It is held back on your site: nobody sees it there.")
        case Moderation.SPAM:
            return _("It is marked as spam on your site.")
        case Moderation.TRASH:
            return _("It is in the trash of your site.")
        case Moderation.SHOW:
            return _("It is shown on your site.")
        case _:
            assert_never(value)


def asked(fact: ModerationAsked, who: str) -> str:
    """Before anything is done."""
    match fact.what:
        case Moderation.HOLD:
            words = _("{name} wants to hold it back on your site")
        case Moderation.SPAM:
            words = _("{name} wants to mark it as spam on your site")
        case Moderation.TRASH:
            words = _("{name} wants to put it into the trash of your site")
        case Moderation.SHOW:
            words = _("{name} wants it to be shown on your site")
        case _:
            assert_never(fact.what)
    return words.format(name=who)


def because(fact: ModerationAsked | Reported) -> str:
    """The ground and what it rests on, in one line."""
    rests_on = fact.evidence if isinstance(fact, ModerationAsked) else fact.text
    named = ground(fact.ground) if fact.ground else ""
    return ": ".join(filter(None, (named, rests_on)))


def waits() -> str:
    """Of a comment that the own site shows to nobody yet."""
    return _(
        "It waits to be approved; nobody but you sees it yet. Approve it before you answer: your "
        "answer is for everybody, and the page hardly shows it without what it answers."
    )


def approve() -> str:
    """What lets it through."""
    return _("Approve it on the site")


def reach_out(fact: Moderated | Reported, contact: str) -> str:
    """What is still owed, and how they can be reached, if that is known."""
    if isinstance(fact, Reported):
        words = _("It was reported to the site. Whoever wrote it still hears from you.")
    else:
        words = _("It is off the page. Whoever wrote it still hears from you.")
    reached = _("How to reach them: {contact}").format(contact=disguise.visible(contact))
    return f"{words} {reached}" if contact else words


def told(fact: object, who: str) -> tuple[str, str] | None:
    """A line of the timeline and a quieter one; None for any other fact."""
    match fact:
        case ModerationAsked():
            return asked(fact, who), because(fact)
        case ModerationAgreed():
            return _("{name} agreed to it").format(name=who), ""
        case ModerationRefused():
            return _("{name} said: it stays as it is").format(name=who), fact.reason
        case ModerationFailed():
            return _("The site did not do it"), fact.words
        case Moderated():
            return done(fact.what), ""
        case Reported():
            more = "\n".join(filter(None, (because(fact), fact.link)))
            return _("{name} reported it to the site").format(name=who), more
        case _:
            return None
