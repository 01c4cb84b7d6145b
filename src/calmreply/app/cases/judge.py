"""Reading, feeling, judging: what comes before any word is written."""

from __future__ import annotations

from datetime import datetime

from calmreply.app import facts
from calmreply.app.home import Actor, Home
from calmreply.app.ledger import writing
from calmreply.app.listening.brought import page_address
from calmreply.app.ports.changes import ChangeSet, of_case
from calmreply.app.sending.entries import call_off
from calmreply.domain import calm
from calmreply.domain.case import (
    AnsweredOutside,
    FeelingSaid,
    Judged,
    PageRead,
    Reopened,
    SetAside,
    Verdict,
)
from calmreply.domain.codec import rfc3339
from calmreply.domain.mention import CaseId
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.stage import ended
from calmreply.errors import KnownError
from calmreply.i18n import _


def read_all(home: Home, actor: Actor, case: CaseId) -> ChangeSet:
    """The actor says: I have read all of it (the version there is now). Saying it twice is once."""
    with writing(home, actor) as ledger:
        known = facts.load(home, ledger.tx, case)
        if calm.has_read(known.facts, actor.person.id):
            return ChangeSet()
        version = known.facts.mention.now.number
        ledger.record(PageRead(version, actor.person.id, ledger.reading), case)
    return of_case(case)


def say_feeling(home: Home, actor: Actor, case: CaseId, feeling: Feeling) -> ChangeSet:
    """How it felt to read it. One no stronger than what was said before changes nothing.

    Raises KnownError `read_first`.
    """
    with writing(home, actor) as ledger:
        known = facts.load(home, ledger.tx, case)
        who = actor.person.id
        if not calm.has_read(known.facts, who):
            raise KnownError(
                "read_first",
                _("How it feels is asked after reading all of it."),
                _("Read it to the end and say so first."),
            )
        version = known.facts.mention.now.number
        mine = [said for said in known.facts.feelings if said.by == who]
        said = [one.feeling for one in mine if known.facts.said_of_now(one)]
        if said and feeling <= max(said):
            return ChangeSet()
        ledger.record(FeelingSaid(feeling, version, who, ledger.reading), case)
    return of_case(case)


def judge(
    home: Home, actor: Actor, case: CaseId, *, kind: Kind, verdict: Verdict, evidence: str
) -> ChangeSet:
    """Is this really ours, and what is it? Raises KnownError `evidence_missing`."""
    if not evidence.strip():
        raise KnownError(
            "evidence_missing",
            _("A judgement needs what it rests on."),
            _("Write one line: an order, a booking, a conversation, or that nothing was found."),
        )
    with writing(home, actor) as ledger:
        ledger.tx.case(case)
        said = Judged(kind, verdict, evidence.strip(), actor.person.id, ledger.reading)
        if not facts.said_just_now(ledger.tx, case, said):
            ledger.record(said, case)
    return of_case(case)


def set_aside(home: Home, actor: Actor, case: CaseId, reason: str) -> ChangeSet:
    """No answer is owed; the reason is kept.

    Raises KnownError `reason_missing`, `still_sending`, `reopen_first`.
    """
    if not reason.strip():
        raise KnownError(
            "reason_missing",
            _("Setting a case aside needs a reason."),
            _("Write one line that you would still understand in a year."),
        )
    with writing(home, actor) as ledger:
        known = facts.load(home, ledger.tx, case)
        facts.refuse_ended(known)
        facts.refuse_while_sending(known)
        ledger.record(SetAside(reason.strip(), actor.person.id, ledger.reading), case)
    return of_case(case)


def reopen(home: Home, actor: Actor, case: CaseId, reason: str) -> ChangeSet:
    """Take a case out of closed, set aside or to debrief again. Raises KnownError `not_over`."""
    with writing(home, actor) as ledger:
        known = facts.load(home, ledger.tx, case)
        if ended(known.facts, known.rules, known.now) is None:
            raise KnownError(
                "not_over",
                _("This case is open."),
                _("Just go on with it."),
            )
        ledger.record(Reopened(reason.strip(), actor.person.id, ledger.reading), case)
    return of_case(case)


def answered_outside(
    home: Home, actor: Actor, case: CaseId, *, text: str, url: str, when: str
) -> ChangeSet:
    """It was answered without the app: a way out without blame.

    `when` is RFC 3339; in the future it means now. Raises KnownError `text_missing`,
    `bad_address`, `bad_time`.
    """
    if not text.strip():
        raise KnownError(
            "text_missing",
            _("What was answered is missing."),
            _("Paste the answer as it stands there, or say it in your own words."),
        )
    link, at = page_address(url) or "", _moment(when)
    with writing(home, actor) as ledger:
        call_off(ledger, facts.load(home, ledger.tx, case))
        ledger.record(
            AnsweredOutside(text.strip(), at, actor.person.id, ledger.reading, link), case
        )
        ledger.tx.drop_draft(case, actor.person.id)
    return of_case(case)


def _moment(when: str) -> str:
    try:
        return rfc3339(datetime.fromisoformat(when.strip()))
    except (ValueError, OverflowError) as error:
        raise KnownError(
            "bad_time",
            _("{when} is no time that could be understood.").format(when=when[:60]),
            _("Write it as in 2026-11-18T10:00:00Z."),
        ) from error
