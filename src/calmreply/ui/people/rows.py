"""One person in the room "People", and what the room shows of all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtWidgets import QVBoxLayout, QWidget

from calmreply.app import queries
from calmreply.app.cases import promises
from calmreply.app.persons import people, people_lately
from calmreply.app.rules import proposals, settings
from calmreply.app.words import wording, wording_people, wording_rules
from calmreply.domain.moment import Now
from calmreply.domain.people import Person, PersonId, Presence, find
from calmreply.domain.resembling import doubts_of
from calmreply.i18n import _
from calmreply.ui import dates
from calmreply.ui.dialogs.newcomer import new_key_words
from calmreply.ui.dialogs.work import key_is_new
from calmreply.ui.kit.buttons import LinkButton
from calmreply.ui.kit.flow import FlowLayout, HungRow
from calmreply.ui.kit.pills import Pill
from calmreply.ui.kit.text import ElidedLabel, PlainLabel, plain_tooltip
from calmreply.ui.kit.widgets import add_hung

if TYPE_CHECKING:
    from calmreply.app.home import Home
    from calmreply.ui.kit.palette import Tone


@dataclass(frozen=True, slots=True)
class Shown:
    """`doubts`: for whom somebody could be taken; `proposed`: higher limits that wait."""

    people: tuple[Person, ...]
    now: Now
    zone: str
    currency: str
    intended: tuple[promises.Intended, ...]
    doubts: Mapping[PersonId, tuple[str, ...]]
    proposed: Mapping[PersonId, int]
    lately: tuple[people_lately.Happened, ...]


def load(home: Home) -> Shown:
    known, now = people.everybody(home), queries.now(home)
    said = {
        one.id: tuple(map(wording_people.doubt, doubts_of(known, one, now)))
        for one in known
        if one.presence is not Presence.LEFT
    }
    return Shown(
        people=known,
        now=now,
        zone=settings.read(home, "zone"),
        currency=settings.read(home, "currency"),
        intended=promises.intended(home),
        doubts=said,
        proposed=proposals.limits(home),
        lately=people_lately.lately(home),
    )


class Room(Protocol):
    """What the room does where a row says so."""

    def change(self, person: Person) -> None: ...

    def set_presence(self, person: Person, presence: Presence) -> None: ...

    def invite_far(self, person: Person | None = None) -> None: ...

    def revoke(self, person: Person) -> None: ...

    def see_proposals(self) -> None: ...


class PersonRow(QWidget):
    """One person: name and how they stand, a second line about them, what can be done."""

    hang = HungRow.hang

    def __init__(self, person: Person, shown: Shown, room: Room) -> None:
        super().__init__()
        left = person.presence is Presence.LEFT
        whole = QVBoxLayout(self)
        whole.setContentsMargins(self.hang, 9, self.hang, 9)
        whole.setSpacing(3)
        top = QWidget()
        line = FlowLayout(top, gap=8, line_gap=2)
        name = ElidedLabel(person.name, "strong")
        if left:
            name.set_tone("soft")
        line.addWidget(name)
        line.addWidget(Pill(wording.presence(person.presence), _tone(person.presence)))
        new = not left and key_is_new(person, shown.now)
        if new:
            pill = Pill(_("first week: this key is new"))
            plain_tooltip(pill, new_key_words(person.name))
            line.addWidget(pill)
        if person.packet_key is not None and not left:
            phone = Pill(_("signs by phone"))
            plain_tooltip(phone, _("By files that are sent to them, and codes that come back."))
            line.addWidget(phone)
        whole.addWidget(top)
        about = PlainLabel(" · ".join(filter(None, _about(person, shown))), "second")
        whole.addWidget(about)
        if new:
            whole.addWidget(PlainLabel(new_key_words(person.name), "second"))
        for words in shown.doubts.get(person.id, ()):
            doubt = PlainLabel(words, "second", tone="amber")
            whole.addWidget(doubt)
        if person.id in shown.proposed:
            add_hung(whole, _proposed(person, shown, room))
        if not left:
            add_hung(whole, _deeds(person, room))


def _deeds(person: Person, room: Room) -> QWidget:
    away = person.presence is Presence.AWAY
    turned = Presence.ACTIVE if away else Presence.AWAY
    holder = HungRow(gap=14, line_gap=2)
    line = holder.flow
    change = LinkButton(_("Change…"), partial(room.change, person))
    change.setAccessibleName(f"{person.name}: {change.text()}")
    change.setObjectName(f"people.change.{person.name}")
    line.addWidget(change)
    for words, presence, called in (
        (_("Is back") if away else _("Is away"), turned, "away"),
        (_("Has left…"), Presence.LEFT, "left"),
    ):
        link = LinkButton(words, partial(room.set_presence, person, presence))
        link.setAccessibleName(f"{person.name}: {words}")
        link.setObjectName(f"people.{called}.{person.name}")
        line.addWidget(link)
    line.addWidget(_phone_deed(person, room))
    return holder


def _phone_deed(person: Person, room: Room) -> LinkButton:
    if person.packet_key is None:
        link = LinkButton(_("Invite to sign by phone…"), partial(room.invite_far, person))
        link.setObjectName(f"people.invite.{person.name}")
    else:
        link = LinkButton(_("Revoke their packet key…"), partial(room.revoke, person))
        link.setObjectName(f"people.revoke.{person.name}")
    link.setAccessibleName(f"{person.name}: {link.text()}")
    return link


def _about(person: Person, shown: Shown) -> tuple[str, ...]:
    offers = _("may offer nothing alone")
    if person.may_offer:
        amount = wording.money(person.may_offer, shown.currency)
        offers = _("may offer up to {amount}").format(amount=amount)
    by = find(shown.people, person.vouched_by) if person.vouched_by else None
    day = dates.day(shown.now.wall_of(person.since), shown.zone)
    since = _("since {day}").format(day=day)
    if by is not None:
        since = _("let in by {name} on {day}").format(name=by.name, day=day)
    if person.presence is Presence.LEFT:
        return person.role, since
    return person.role, person.mail, offers, since


def _tone(presence: Presence) -> Tone:
    match presence:
        case Presence.ACTIVE:
            return "green"
        case Presence.AWAY:
            return "amber"
        case Presence.LEFT:
            return "neutral"


def _proposed(person: Person, shown: Shown, room: Room) -> QWidget:
    """A higher limit that somebody else has yet to agree to."""
    much = wording.money(shown.proposed[person.id], shown.currency)
    words = _("Proposed: {limit} See it in the settings…").format(
        limit=wording_rules.limit(person.name, much)
    )
    link = LinkButton(words, room.see_proposals)
    link.setObjectName(f"people.proposed.{person.name}")
    return link
