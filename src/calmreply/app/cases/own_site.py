"""What stands on the shop's own site: taken off the page and shown again, on a stated ground.

What somebody wants is written down before the site is asked, and so is what a second person says
to it. Elsewhere nothing is done by the program: that a person reported it is a fact of the case.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, cast

from calmreply.app import facts
from calmreply.app.cases.second import new_key
from calmreply.app.facts import Known
from calmreply.app.home import Actor, Home
from calmreply.app.ledger import Ledger, writing
from calmreply.app.listening.brought import page_address
from calmreply.app.ports.changes import ChangeSet, of_case
from calmreply.app.ports.channels import Moderates
from calmreply.app.ports.storage import Account
from calmreply.app.proving import trust
from calmreply.app.sending.entries import secret_name, tools_of
from calmreply.domain import own_site
from calmreply.domain.agreements import new_here
from calmreply.domain.case import CaseFacts
from calmreply.domain.mention import CaseId, Mention
from calmreply.domain.own_site import (
    Ground,
    Moderated,
    Moderation,
    ModerationAgreed,
    ModerationAsked,
    ModerationFailed,
    ModerationRefused,
    Reported,
    WishId,
)
from calmreply.domain.reply import Address
from calmreply.errors import KnownError
from calmreply.i18n import _


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """Where a mention stands on a site of the shop's own, and what moderates there."""

    channel: Moderates
    account: Account
    to: Address


@dataclass(frozen=True, slots=True)
class Moderating:
    """What became of a wish: `done` on the site, or a second person is asked first."""

    wish: WishId
    what: Moderation
    done: bool


def place(home: Home, mention: Mention, accounts: tuple[Account, ...]) -> OwnPlace | None:
    """None where the program cannot moderate."""
    kind, _colon, rest = mention.target.partition(":")
    read_by, _slash, target = rest.partition("/")
    channel = home.channels.get(kind)
    account = next((one for one in accounts if one.id == read_by and one.kind == kind), None)
    if channel is None or account is None or not hasattr(channel, "moderate"):
        return None
    if not channel.target_fits(target):
        return None
    to = Address(kind, account.id, target, mention.thread)
    return OwnPlace(cast("Moderates", channel), account, to)


def known(home: Home, case: CaseId) -> Known:
    """The case as it stands now. Raises KnownError `no_such_case`."""
    with home.store.read() as tx:
        return facts.load(home, tx, case)


def may_moderate(home: Home, mention: Mention) -> bool:
    """Whether it stands on a site of the shop's own that the program can moderate."""
    with home.store.read() as tx:
        return place(home, mention, tx.accounts()) is not None


def waits(home: Home, known: Known) -> bool:
    """Whether it stands on a site of the shop's own that shows it only once it is let through."""
    return own_site.waits(known.facts) and may_moderate(home, known.facts.mention)


def moderate(
    home: Home,
    actor: Actor,
    case: CaseId,
    what: Moderation,
    *,
    ground: Ground | None = None,
    evidence: str = "",
) -> tuple[Moderating, ChangeSet]:
    """Do it at once, or ask a second person where it counts as a complaint.

    Raises KnownError `not_own_site`, `ground_missing`, `evidence_missing`, `nobody_to_ask`, and
    what the site says; the wish stays then, to be carried out again.
    """
    if what is not Moderation.SHOW:
        demand_ground(ground, evidence)
    with writing(home, actor) as ledger:
        known = facts.load(home, ledger.tx, case)
        _demand_place(home, known.facts.mention, ledger.tx.accounts())
        asked = _asked(ledger, known, actor, _Wanted(what, ground, evidence.strip()))
        waits = not own_site.may_be_done(known.facts, known.rules, asked)
    if waits:
        return Moderating(asked.wish, what, done=False), of_case(case)
    return carry_out(home, actor, case)


def show_again(home: Home, actor: Actor, case: CaseId) -> tuple[Moderating, ChangeSet]:
    """Back on the page. Raises what `moderate` does."""
    return moderate(home, actor, case, Moderation.SHOW)


def agree(home: Home, actor: Actor, case: CaseId, wish: WishId) -> tuple[Moderating, ChangeSet]:
    """A second person agrees, and it is done. Raises KnownError `not_asked`, `own_wish`,
    `not_active`, `new_key`, and what the site says.
    """
    with writing(home, actor) as ledger:
        known = facts.load(home, ledger.tx, case)
        asked = _open_wish(known.facts, wish)
        _demand_second(known, actor, asked)
        if not own_site.agreed(known.facts, asked):
            ledger.record(ModerationAgreed(asked.wish, actor.person.id, ledger.reading), case)
    return carry_out(home, actor, case)


def refuse(home: Home, actor: Actor, case: CaseId, wish: WishId, reason: str) -> ChangeSet:
    """It stays as it is; whoever asked may say so, too. Raises KnownError `not_asked`,
    `reason_missing`.
    """
    if not reason.strip():
        raise KnownError(
            "reason_missing",
            _("Why it stays is missing."),
            _("Write one line that helps whoever asked."),
        )
    with writing(home, actor) as ledger:
        known = facts.load(home, ledger.tx, case)
        asked = _open_wish(known.facts, wish)
        said = ModerationRefused(asked.wish, reason.strip(), actor.person.id, ledger.reading)
        ledger.record(said, case)
    return of_case(case)


def carry_out(home: Home, actor: Actor, case: CaseId) -> tuple[Moderating, ChangeSet]:
    """Do what was asked for last. Raises KnownError `not_asked`, `needs_second`, `journal_broken`,
    and what the site says, which is written down.
    """
    with home.store.read() as tx:
        known = facts.load(home, tx, case)
        asked = _open_wish(known.facts)
        if not own_site.may_be_done(known.facts, known.rules, asked):
            raise _needs_second()
        trust.check_case(home, tx, known)
        there = _demand_place(home, known.facts.mention, tx.accounts())
    secret = home.passwords.note(home.secrets.get(secret_name(there.account.id)))
    tools = tools_of(home, there.account)
    try:
        there.channel.moderate(there.account, secret, there.to, asked.what, tools)
    except KnownError as error:
        with writing(home, actor) as ledger:
            said = f"{error.words} {error.way_out}"
            fact = ModerationFailed(asked.wish, said, actor.person.id, ledger.reading)
            ledger.record(fact, case)
        raise
    with writing(home, actor) as ledger:
        done = Moderated(asked.wish, asked.what, actor.person.id, ledger.reading)
        ledger.record(done, case)
    return Moderating(asked.wish, asked.what, done=True), of_case(case)


def report(
    home: Home,
    actor: Actor,
    case: CaseId,
    *,
    ground: Ground | None,
    text: str,
    link: str = "",
) -> ChangeSet:
    """A person has reported it to the site on which it stands; nothing is sent by this.

    `text` is what was said to the site. Raises KnownError `ground_missing`, `evidence_missing`,
    `bad_address`.
    """
    ground = demand_ground(ground, text)
    address = page_address(link) or ""
    with writing(home, actor) as ledger:
        ledger.tx.case(case)
        fact = Reported(ground, text.strip(), actor.person.id, ledger.reading, address)
        ledger.record(fact, case)
    return of_case(case)


def demand_ground(ground: Ground | None, evidence: str) -> Ground:
    """Raises KnownError `ground_missing`, `evidence_missing`."""
    if ground is None:
        raise KnownError(
            "ground_missing",
            _("Nothing comes off a page without a ground, and being negative is none."),
            _("Choose what it is, or answer it instead."),
        )
    if not evidence.strip():
        raise KnownError(
            "evidence_missing",
            _("What the ground rests on is missing."),
            _("Write one line: the very words, whose data it is, or how you know."),
        )
    return ground


class _Wanted(NamedTuple):
    what: Moderation
    ground: Ground | None
    evidence: str


def _asked(ledger: Ledger, known: Known, actor: Actor, wanted: _Wanted) -> ModerationAsked:
    """The wish, written down; the same one of the same person again is once."""
    second = own_site.needs_second(known.facts, known.rules, wanted.what)
    if second and not _others(known.facts, actor):
        raise KnownError(
            "nobody_to_ask",
            _("This counts as a complaint: it comes off the page only if a second person agrees."),
            _nobody_to_ask(known.facts),
        )
    before = own_site.wish(known.facts)
    same = (actor.person.id, second, *wanted)
    if before and same == (before.by, before.second, before.what, before.ground, before.evidence):
        return before
    asked = ModerationAsked(
        wish=WishId(ledger.home.entropy.token()),
        what=wanted.what,
        ground=wanted.ground,
        evidence=wanted.evidence,
        version=known.facts.mention.now.number,
        second=second,
        by=actor.person.id,
        at=ledger.reading,
    )
    ledger.record(asked, known.facts.id)
    return asked


def _nobody_to_ask(case: CaseFacts) -> str:
    if case.judged is None:
        return _("Judge it first: what is no complaint needs nobody else. A complaint is answered.")
    return _("Add somebody under People, or answer it: that is what others will read.")


def _others(case: CaseFacts, actor: Actor) -> bool:
    return any(one.active and one.id != actor.person.id for one in case.people)


def _open_wish(case: CaseFacts, wish: WishId | None = None) -> ModerationAsked:
    asked = own_site.wish(case)
    if asked is None or (wish is not None and asked.wish != wish):
        raise KnownError(
            "not_asked",
            _("Nobody asks for this any more, or what they said has changed since."),
            _("Look at the case as it stands now."),
        )
    return asked


def _demand_second(known: Known, actor: Actor, asked: ModerationAsked) -> None:
    if actor.person.id == asked.by:
        raise KnownError(
            "own_wish",
            _("Whoever asked cannot agree as the second person."),
            _("Have somebody else look at it."),
        )
    someone = known.facts.person(actor.person.id)
    if someone is None or not someone.active:
        raise KnownError(
            "not_active",
            _("{name} is away.").format(name=actor.person.name),
            _("Ask somebody who is here, or say that they are back."),
        )
    if asked.second and new_here(known.facts, someone, known.now):
        raise new_key(someone.name)


def _needs_second() -> KnownError:
    return KnownError(
        "needs_second",
        _("This counts as a complaint: it comes off the page only if a second person agrees."),
        _("Have somebody else look at it."),
    )


def _demand_place(home: Home, mention: Mention, accounts: tuple[Account, ...]) -> OwnPlace:
    there = place(home, mention, accounts)
    if there is None:
        raise KnownError(
            "not_own_site",
            _("This does not stand on a site of your own that the program looks after."),
            _("Where it breaks the rules of its site, report it there."),
        )
    return there
