"""Sentences about channels: what a place allows, and how a reply stands on its page."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from calmreply.app.ports.channels import Dislikes, Rules, Unit
from calmreply.domain.case import News
from calmreply.domain.outbox import AttemptBegan, Entry, Showing, State
from calmreply.i18n import _, ngettext


def showing(value: Showing) -> str:
    """How a reply stands on its page; `{when}` stands for when that was seen."""
    match value:
        case Showing.SHOWN:
            return _("Seen on its page {when}.")
        case Showing.PENDING:
            return _("Looked {when}: the site has it, and shows it once somebody there allows it.")
        case Showing.REJECTED:
            return _("Looked {when}: the site has taken it down.")
        case Showing.ABSENT:
            return _("Looked {when}: it was not there.")
        case Showing.RETURNED:
            return _("It came back {when}: it was not delivered.")
    assert_never(value)


def purpose(*, sends: bool, listens: bool) -> str:
    """What an account of a kind is for, beside the button that sets one up."""
    if sends and listens:
        return _("To listen there, and to answer there.")
    if sends:
        return _("To answer by it; it brings nothing in.")
    return _("To listen to what arrives there; it sends nothing.")


def why(entry: Entry, stands: State) -> str:
    """Why an entry stands as it does: the reason the last attempt gave, or what is not known."""
    last = entry.last
    if stands is not State.UNSURE or not isinstance(last, AttemptBegan):
        return entry.words
    if entry.by_hand:
        return _("For a day nobody has said whether it was posted.")
    return _("It was being sent, and how that ended was not kept.")


def put_off(
    until: datetime, wall: datetime, zone: str, *, days: bool, too_long: bool, by_itself: bool
) -> str:
    """That the site wants no attempt before `until` (UTC), and what follows.

    `days`: it wants none for even longer than is kept; `too_long`: the outbox will not try it by
    itself then; `by_itself`: it tries by itself at all.
    """
    asked = _("The site asked us to wait until {when}.")
    if days:
        asked = _("The site asked us to wait for a day or more; we leave it alone until {when}.")
    words = asked.format(when=soon(until, wall, zone))
    if too_long:
        return f"{words} {_('That is longer than it is tried by itself: send it again then.')}"
    return f"{words} {_('It goes then by itself.')}" if by_itself else words


def soon(at: datetime, wall: datetime, zone: str) -> str:
    """A time (UTC) of today by its clock alone, any other with its day."""
    here = at.astimezone(ZoneInfo(zone))
    today = here.date() == wall.astimezone(ZoneInfo(zone)).date()
    return f"{here:%H:%M}" if today else f"{here:%Y-%m-%d %H:%M}"


def news(value: News, name: str) -> str:
    """What has become of a mention since it was read; `name`: who has to read it, if one."""
    match value:
        case News.CHANGED if name:
            words = _("They changed what they said: {name} has to read it again")
        case News.CHANGED:
            words = _("They changed what they said: read it again")
        case News.GONE if name:
            words = _("It no longer stands there: {name} has to read it again")
        case News.GONE:
            words = _("It no longer stands there: read it again")
        case News.ANSWERED if name:
            words = _("It was answered there already: {name} has to read it again")
        case News.ANSWERED:
            words = _("It was answered there already: read it again")
        case _:
            assert_never(value)
    return words.format(name=name)


def length(used: int, rules: Rules) -> str:
    """How much of what the place takes is used ("120 of 300 characters"); empty without a limit."""
    most = rules.max_length
    if most is None:
        return ""
    match rules.unit:
        case Unit.CHARACTERS | Unit.GRAPHEMES:
            words = ngettext("{used} of {most} character", "{used} of {most} characters", most)
        case Unit.BYTES:
            words = ngettext("{used} of {most} byte", "{used} of {most} bytes", most)
        case _:
            assert_never(rules.unit)
    return words.format(used=used, most=most)


def sentences(rules: Rules) -> tuple[str, ...]:
    """What somebody who writes for this place should know, one sentence each."""
    told = (rules.told, after(rules), *map(disliked, rules.dislikes))
    return tuple(filter(None, told))


def after(rules: Rules) -> str:
    """What can still be done once it stands there; empty where nobody knows."""
    match rules.can_edit, rules.can_delete:
        case True, True:
            return _("It can be changed or taken down at the site later.")
        case True, False:
            return _("It can be changed at the site later, but not taken down.")
        case False, True:
            return _("It can be taken down at the site later, but not changed.")
        case False, False:
            return _("Once sent, it can neither be changed nor taken back.")
        case _:
            return ""


def disliked(value: Dislikes) -> str:
    match value:
        case Dislikes.CONTACT:
            return _("This site rejects replies with a phone number or an e-mail address.")
        case Dislikes.LINKS:
            return _("This site rejects replies with links, or shows them to fewer people.")
        case Dislikes.REPEATED_WORDING:
            return _("This site rejects the same wording again and again.")
        case Dislikes.MARKUP:
            return _("Bold, lists and the like are not shown here.")
    assert_never(value)
