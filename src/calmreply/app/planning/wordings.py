"""The response plan: its wordings written down, signed off in calm times, retired; who may offer.

The journal is where they stand: a wording is what its lines say. The contacts are a setting, since
nobody need sign a telephone number.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from calmreply.app import facts
from calmreply.app.facts import people as people_of
from calmreply.app.home import CONTACTS, Actor, Home
from calmreply.app.ledger import NO_CASE, Ledger, fact_of, present, writing
from calmreply.app.ports.changes import ChangeSet
from calmreply.app.ports.storage import ReadTransaction
from calmreply.app.words.wording_plan import bad_wording, cannot_sign
from calmreply.domain import wordings
from calmreply.domain.moment import Now
from calmreply.domain.people import Person, PersonId, Presence
from calmreply.domain.reply import RevisionId
from calmreply.domain.wordings import (
    BadWordingError,
    Obstacle,
    Planned,
    Prepared,
    Standing,
    WordingId,
    WordingRetired,
    WordingRevised,
    WordingSigned,
    planned_from,
    standing,
)
from calmreply.errors import KnownError
from calmreply.i18n import _

KINDS = ("wording_revised", "wording_signed", "wording_retired")
OWN = ("heard", "heard_contact")
"""The ids of the program's own holding replies (`prepare.own_wordings`)."""
_ID_LIMIT = 40


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A wording of the plan, how it stands, and who cannot sign it now and why."""

    planned: Planned
    standing: Standing
    signers: tuple[tuple[Person, Obstacle | None], ...]

    @property
    def id(self) -> WordingId:
        return self.planned.id

    @property
    def prepared(self) -> Prepared:
        return self.planned.prepared


@dataclass(frozen=True, slots=True)
class ResponsePlan:
    """The plan as it stands. `people` is everybody ever enrolled: the names behind it."""

    lines: tuple[PlanLine, ...]
    contacts: tuple[str, ...]
    people: tuple[Person, ...]
    now: Now
    zone: str
    currency: str

    @property
    def may_offer(self) -> tuple[Person, ...]:
        """Who may offer something alone, the most first."""
        may = [one for one in self.people if one.may_offer and one.presence is not Presence.LEFT]
        return tuple(sorted(may, key=lambda one: -one.may_offer))

    def name(self, who: PersonId | None) -> str:
        return next((one.name for one in self.people if one.id == who), str(who or ""))


def planned(tx: ReadTransaction) -> tuple[Planned, ...]:
    """All wordings ever written down, those that were retired among them."""
    told = (fact_of(line) for line in tx.lines(case=NO_CASE, kinds=KINDS))
    return planned_from(fact for fact in told if fact is not None)


def contacts(setting: str | None) -> tuple[str, ...]:
    """The plan's contacts, one a line."""
    return tuple(line.strip() for line in (setting or "").splitlines() if line.strip())


def contacts_of(tx: ReadTransaction) -> tuple[str, ...]:
    return contacts(tx.setting(CONTACTS))


def everything(home: Home) -> ResponsePlan:
    """The plan without what was retired, in the order in which it was written down."""
    with home.store.read() as tx:
        now, everybody = present(home, tx), people_of(tx)
        rules = facts.rules_in_force(tx)[1]
        here = tuple(one for one in everybody if one.presence is not Presence.LEFT)
        lines = tuple(
            PlanLine(
                one,
                standing(one, now),
                tuple(
                    (person, wordings.obstacle(one, person.id, everybody, now, rules.zone))
                    for person in here
                ),
            )
            for one in planned(tx)
            if not one.retired
        )
        return ResponsePlan(
            lines=lines,
            contacts=contacts_of(tx),
            people=everybody,
            now=now,
            zone=rules.zone,
            currency=tx.setting("currency") or "EUR",
        )


def find(known: tuple[Planned, ...], called: str) -> Planned:
    """The one of that id, or of that title. Raises KnownError `no_such_wording`."""
    live = [one for one in known if not one.retired]
    for one in live:
        if one.id == called:
            return one
    for one in live:
        if one.prepared.title.casefold() == called.strip().casefold():
            return one
    raise KnownError(
        "no_such_wording",
        _("There is no wording called {wording} in the plan.").format(wording=called),
        _("List the plan to see its wordings."),
    )


def standing_of(tx: ReadTransaction, now: Now, revision: str) -> Standing:
    """How that very revision stands, whatever became of its wording since."""
    for one in planned(tx):
        if any(written.revision == revision for written in one.revisions):
            return standing(one, now, RevisionId(revision))
    return Standing(wordings.Stands.NOT_SIGNED)


# --- writing them down -----------------------------------------------------------------------


def add(home: Home, actor: Actor, prepared: Prepared) -> tuple[WordingId, ChangeSet]:
    """A new wording, signed by nobody yet. Raises KnownError `bad_wording`, `title_taken`."""
    found = _checked(prepared)
    with writing(home, actor) as ledger:
        known = planned(ledger.tx)
        _refuse_title(known, found.title, None)
        return put(ledger, actor, known, found), ChangeSet(plan=True)


def revise(home: Home, actor: Actor, wording: str, prepared: Prepared) -> ChangeSet:
    """Other words: a new revision, which nobody has signed yet. The same words change nothing.

    Raises KnownError `no_such_wording`, `bad_wording`, `title_taken`.
    """
    found = _checked(prepared)
    with writing(home, actor) as ledger:
        known = planned(ledger.tx)
        one = find(known, wording)
        _refuse_title(known, found.title, one.id)
        if one.prepared == found:
            return ChangeSet()
        put(ledger, actor, known, found, one.id)
    return ChangeSet(plan=True)


def retire(home: Home, actor: Actor, wording: str) -> ChangeSet:
    """Use it no more. Raises KnownError `no_such_wording`."""
    with writing(home, actor) as ledger:
        one = find(planned(ledger.tx), wording)
        ledger.record(WordingRetired(one.id, actor.person.id, ledger.reading))
    return ChangeSet(plan=True)


def sign(home: Home, actor: Actor, wording: str, *, shown: str | None = None) -> ChangeSet:
    """Vouch for the newest revision; `shown` is the one the signer had before their eyes.

    Raises KnownError `no_such_wording`, `text_changed`, `wrote_it`, `night_first`, `not_active`.
    """
    with writing(home, actor) as ledger:
        one = find(planned(ledger.tx), wording)
        newest = one.now
        if shown is not None and shown != newest.revision:
            raise KnownError(
                "text_changed",
                _("This wording was changed while you were reading it."),
                _("Read it as it is now, then sign."),
            )
        zone = facts.rules_in_force(ledger.tx)[1].zone
        me = actor.person.id
        why = wordings.obstacle(one, me, people_of(ledger.tx), ledger.now, zone)
        if why is not None:
            raise cannot_sign(why, actor.person.name)
        ledger.record(
            WordingSigned(
                one.id,
                newest.revision,
                newest.prepared.digest,
                newest.by == me,
                me,
                ledger.reading,
            )
        )
    return ChangeSet(plan=True)


def put(
    ledger: Ledger,
    actor: Actor,
    known: tuple[Planned, ...],
    prepared: Prepared,
    wording: WordingId | None = None,
) -> WordingId:
    """A revision of that wording, or of a new one whose id is made from its title."""
    before = next((one for one in known if one.id == wording), None)
    name = wording or free_id(prepared.title, {str(one.id) for one in known})
    ledger.record(
        WordingRevised(
            wording=name,
            revision=RevisionId(ledger.home.entropy.token()),
            number=len(before.revisions) + 1 if before else 1,
            prepared=prepared,
            by=actor.person.id,
            at=ledger.reading,
        )
    )
    return name


def free_id(title: str, taken: set[str]) -> WordingId:
    """A short name that is typed easily: "Late again!" becomes `late_again`."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().casefold()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:_ID_LIMIT].strip("_") or "wording"
    found, number = name, 1
    while found in taken or found in OWN:
        number += 1
        found = f"{name}_{number}"
    return WordingId(found)


def _checked(prepared: Prepared) -> Prepared:
    try:
        return wordings.checked(prepared)
    except BadWordingError as error:
        raise bad_wording(error) from error


def _refuse_title(known: tuple[Planned, ...], title: str, but: WordingId | None) -> None:
    """Two of one title could not be told apart where one is chosen."""
    others = (one for one in known if not one.retired and one.id != but)
    if any(one.prepared.title.casefold() == title.casefold() for one in others):
        raise KnownError(
            "title_taken",
            _("There is already a wording called {title}.").format(title=title),
            _("Choose another title."),
        )
