"""Telling people of the business by mail: that they are asked, or that a key of theirs is new.

A notice never holds up what it tells of, and never fails it: what went wrong is said, and put on
record with what was told to whom. Before anything leaves, the lines that say who somebody is and
how to reach them are checked as before a reply.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from calmreply.app import facts
from calmreply.app.facts import Known
from calmreply.app.home import BUSINESS_NAME, Actor, Home
from calmreply.app.ledger import writing
from calmreply.app.persons import lockbox
from calmreply.app.ports import Cancelled
from calmreply.app.ports.changes import ChangeSet, of_case
from calmreply.app.ports.channels import SendResult
from calmreply.app.ports.notice_port import MAIL, Notice
from calmreply.app.ports.storage import Account, ReadTransaction
from calmreply.app.proving import beside, trust
from calmreply.app.proving.beside import Thing
from calmreply.app.rules import settings
from calmreply.app.sending.entries import secret_name, tools_of
from calmreply.app.words import wording, wording_notices
from calmreply.domain.codec import rfc3339
from calmreply.domain.journal import Whole
from calmreply.domain.mention import CaseId
from calmreply.domain.notice import About, NoticeGiven
from calmreply.domain.outbox import Outcome
from calmreply.domain.people import Person, Presence
from calmreply.domain.review import SignOffAsked
from calmreply.domain.sign_off import open_request
from calmreply.errors import KnownError
from calmreply.i18n import _


@dataclass(frozen=True, slots=True)
class Told:
    """Whether a mail went out to somebody. `words`: why it did not, and what to do, or empty."""

    person: Person
    delivered: bool
    words: str = ""


@dataclass(frozen=True, slots=True)
class Able:
    """Whether notices can be given at all, and whether they are wanted as a rule."""

    account: Account | None
    wanted: bool


def able(home: Home) -> Able:
    with home.store.read() as tx:
        wanted = settings.value(tx, settings.find(settings.NOTICE_MAIL)) == "yes"
        return Able(_account(tx), wanted)


def _account(tx: ReadTransaction) -> Account | None:
    """The first e-mail account there is."""
    return next((one for one in tx.accounts() if one.kind == MAIL), None)


def tell_asked(
    home: Home, actor: Actor, case: CaseId, cancelled: Cancelled | None = None
) -> tuple[Told | None, ChangeSet]:
    """Tell whoever is asked about the present words of a case; None where nobody is.

    Once for each request: a second time only where the first did not go out. Up to a minute: not
    on the Qt thread. Raises KnownError `no_such_case`; what hinders the mail is told instead.
    """
    with home.store.read() as tx:
        known = facts.load(home, tx, case)
        asked = open_request(known.facts, known.rules, known.now)
        person = known.facts.person(asked.reviewer) if asked is not None else None
        account, business = _account(tx), tx.setting(BUSINESS_NAME) or ""
    if asked is None or person is None:
        return None, ChangeSet()
    before = [one for one in known.facts.of(NoticeGiven) if one.request == asked.request]
    if any(one.delivered for one in before):
        return Told(person, delivered=True), ChangeSet()
    subject, text = wording_notices.asked(_about(known, asked, person, business))
    result = _given(home, person, account, (subject, text), known=known, cancelled=cancelled)
    told = _told(person, result)
    with writing(home, actor) as ledger:
        name = account.id if account is not None else ""
        request = str(asked.request)
        who = actor.person.id
        fact = NoticeGiven(
            person.id, About.ASKED, request, name, told.delivered, told.words, who, ledger.reading
        )
        ledger.record(fact, case)
    return told, of_case(case)


def tell_if_wanted(home: Home, actor: Actor, case: CaseId) -> tuple[Told | None, ChangeSet]:
    """`tell_asked`, where notices are wanted as a rule."""
    return tell_asked(home, actor, case) if able(home).wanted else (None, ChangeSet())


def _about(
    known: Known, asked: SignOffAsked, person: Person, business: str
) -> wording_notices.Asked:
    ends = known.now.wall_of(asked.at) + timedelta(minutes=known.rules.sign_off_holds)
    return wording_notices.Asked(
        business=business,
        person=person,
        asker=known.facts.name(asked.by),
        case=str(known.facts.id),
        until=wording.exact(ends, known.rules.zone),
        packet=not person.keys,
    )


def tell_new_key(
    home: Home, actor: Actor, whose: Person, cancelled: Cancelled | None = None
) -> tuple[tuple[Told, ...], ChangeSet]:
    """Tell everybody else who has an address, where notices are wanted: a key in place of another.

    Up to a minute for each: not on the Qt thread.
    """
    here = able(home)
    with home.store.read() as tx:
        everybody, business = facts.people(tx), tx.setting(BUSINESS_NAME) or ""
    if here.account is None or not here.wanted:
        return (), ChangeSet()
    others = [
        one
        for one in everybody
        if one.presence is not Presence.LEFT and one.mail and one.id != actor.person.id
    ]
    told = []
    for person in others:
        words = wording_notices.new_key(business, person, whose.name, actor.person.name)
        result = _given(home, person, here.account, words, known=None, cancelled=cancelled)
        told.append(_told(person, result))
    with writing(home, actor) as ledger:
        for one in told:
            ledger.record(
                NoticeGiven(
                    one.person.id,
                    About.NEW_KEY,
                    "",
                    here.account.id,
                    one.delivered,
                    one.words,
                    actor.person.id,
                    ledger.reading,
                )
            )
    return tuple(told), ChangeSet(people=True)


def _told(person: Person, result: SendResult) -> Told:
    arrived = result.outcome is Outcome.DELIVERED
    words = "" if arrived else result.words or _("Nobody knows whether it arrived.")
    return Told(person, arrived, words)


def _given(
    home: Home,
    person: Person,
    account: Account | None,
    words: tuple[str, str],
    *,
    known: Known | None,
    cancelled: Cancelled | None,
) -> SendResult:
    """One attempt; whatever is in the way is the result, in words."""
    subject, text = words
    try:
        if account is None:
            raise _no_account()
        _demand_genuine(home, known)
        secret = home.secrets.get(secret_name(account.id))
        if secret is None and lockbox.is_closed(home.secrets):
            raise lockbox.locked()
        created = rfc3339(home.clock.read().wall)
        notice = Notice(subject, text, home.entropy.token(), created)
        tools = tools_of(home, account, cancelled)
        return home.notices.tell(person.id, notice, account, secret, tools)
    except KnownError as error:
        return SendResult(Outcome.NOT_LEFT, f"{error.words} {error.way_out}".strip())


def _demand_genuine(home: Home, known: Known | None) -> None:
    """Raises KnownError `journal_broken`: nobody's address was changed by hand, nor the account."""
    if known is not None:
        with home.store.read() as tx:
            trust.check_case(home, tx, known)
        return
    with home.store.read() as tx:
        accounts = any(found.thing is Thing.ACCOUNT for found in beside.accounts(tx))
    if accounts or not isinstance(trust.verify_journal(home), Whole):
        raise KnownError(
            "journal_broken",
            _("Something in the journal, or beside it, has been changed from outside."),
            _("No mail was sent. Verify the journal, and put back a backup that holds."),
        )


def _no_account() -> KnownError:
    return KnownError(
        "no_account",
        _("There is no e-mail account to send a notice by."),
        _("Set one up in the settings, or tell them yourself."),
    )
