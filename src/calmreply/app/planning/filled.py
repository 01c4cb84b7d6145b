"""Wordings of the plan for a full reply: what is known filled in, the rest left to the writer."""

from __future__ import annotations

from dataclasses import dataclass

from calmreply.app import facts
from calmreply.app.facts import Known
from calmreply.app.home import BUSINESS_NAME, Home
from calmreply.app.planning import wordings
from calmreply.app.ports.storage import ReadTransaction
from calmreply.domain import plan
from calmreply.domain.calm import effective_kind
from calmreply.domain.mention import CaseId
from calmreply.domain.people import PersonId
from calmreply.domain.plan import Slot
from calmreply.domain.policy import Kind
from calmreply.domain.wordings import Planned, Prepared, Standing, Use, standing


@dataclass(frozen=True, slots=True)
class Filled:
    """A wording as it would be put into the reply. `fits`: it is for such a reply as this one."""

    id: str
    prepared: Prepared
    text: str
    standing: Standing
    fits: bool


def for_case(
    home: Home, case: CaseId, me: PersonId | None, *, channel: str, private: bool
) -> tuple[Filled, ...]:
    """Every wording but the holding replies, those that fit first.

    `channel` and `private`: how the reply goes. Raises KnownError `no_such_case`.
    """
    with home.store.read() as tx:
        known = facts.load(home, tx, case)
        slots = _known_slots(tx, known, me)
        found = [
            Filled(
                id=str(one.id),
                prepared=one.prepared,
                text=plan.fill_known(one.prepared.text, slots),
                standing=standing(one, known.now),
                fits=_fits(one, known, channel, private=private),
            )
            for one in wordings.planned(tx)
            if not one.retired and one.prepared.use is not Use.HOLDING
        ]
    return tuple(sorted(found, key=lambda one: not one.fits))


def _known_slots(tx: ReadTransaction, known: Known, me: PersonId | None) -> dict[Slot, str]:
    """What is known without asking. A time is a promise, so nobody makes it but the writer."""
    told = known.facts
    slots = {Slot.NAME: plan.published_name(told.mention.now.author)}
    listed = wordings.contacts_of(tx)
    if listed:
        slots[Slot.CONTACT] = listed[0]
    business = tx.setting(BUSINESS_NAME)
    if business:
        slots[Slot.BUSINESS] = business
    if me is not None:
        slots[Slot.ME] = told.name(me)
    offer = told.revision.words.offer if told.revision else None
    if offer is not None:
        slots[Slot.OFFER] = offer.words
    return slots


def _fits(one: Planned, known: Known, channel: str, *, private: bool) -> bool:
    prepared = one.prepared
    if prepared.channels and channel not in prepared.channels:
        return False
    praise = effective_kind(known.facts, known.rules) is Kind.PRAISE
    match prepared.use:
        case Use.THANKS:
            return praise
        case Use.PRIVATE:
            return private and not praise
        case _:
            return not private and not praise
