"""Closing a case, and sitting down after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from calmreply.app import facts
from calmreply.app.home import Actor, Home
from calmreply.app.ledger import writing
from calmreply.app.ports.changes import ChangeSet, of_case
from calmreply.domain import calm, emergency
from calmreply.domain.debrief import Answers, CaseClosed, DebriefDated, Debriefed, Outcome
from calmreply.domain.mention import CaseId
from calmreply.domain.policy import Kind
from calmreply.domain.stage import Stage, ended
from calmreply.errors import KnownError
from calmreply.i18n import _


def close(home: Home, actor: Actor, case: CaseId, outcome: Outcome) -> ChangeSet:
    """Close the case; it stands in "to debrief" then.

    Raises KnownError `still_sending` while a reply is on its way or in doubt, `already_closed`.
    """
    with writing(home, actor) as ledger:
        known = facts.load(home, ledger.tx, case)
        facts.refuse_while_sending(known)
        if _closed(known):
            raise KnownError(
                "already_closed",
                _("This case is closed already."),
                _("Sit down for the debrief, or open the case again."),
            )
        ledger.record(CaseClosed(outcome, actor.person.id, ledger.reading), case)
    return of_case(case)


def debrief(home: Home, actor: Actor, case: CaseId, answers: Answers) -> ChangeSet:
    """The debrief is done. Raises KnownError `close_first`, `answers_missing`."""
    with writing(home, actor) as ledger:
        known = facts.load(home, ledger.tx, case)
        answers = _stripped(answers)
        kind = calm.effective_kind(known.facts, known.rules)
        if answers.empty and kind is Kind.COMPLAINT:
            raise KnownError(
                "answers_missing",
                _("A complaint leaves something to learn; the form is empty."),
                _("Answer one question at least, or choose a day for it."),
            )
        _must_be_closed(known)
        said = Debriefed(answers, actor.person.id, ledger.reading)
        if not facts.said_just_now(ledger.tx, case, said):
            ledger.record(said, case)
    return of_case(case)


def debrief_later(home: Home, actor: Actor, case: CaseId, on: date) -> ChangeSet:
    """On that day (business time) it asks again. Raises KnownError `close_first`, `day_is_past`."""
    with writing(home, actor) as ledger:
        known = facts.load(home, ledger.tx, case)
        if emergency.to_talk_over(known.facts, known.now) is not None:
            raise KnownError(
                "debrief_owed",
                _("This went out in an emergency, and nobody else had looked at it."),
                _("It is talked over within a day: answer one question at least."),
            )
        if on < known.now.wall.astimezone(ZoneInfo(known.rules.zone)).date():
            raise KnownError(
                "day_is_past", _("That day is over."), _("Choose today or a day to come.")
            )
        _must_be_closed(known)
        ledger.record(DebriefDated(on.isoformat(), actor.person.id, ledger.reading), case)
    return of_case(case)


def _closed(known: facts.Known) -> bool:
    """Whether somebody closed it; what was sent in an emergency is to debrief before that."""
    over = ended(known.facts, known.rules, known.now)
    return over in (Stage.CLOSED, Stage.TO_DEBRIEF)


def _stripped(answers: Answers) -> Answers:
    """Without what is only blank."""
    actions = tuple(one for one in answers.actions if one.words.strip())
    return replace(
        answers,
        escalated=answers.escalated.strip(),
        better=answers.better.strip(),
        causes=tuple(one.strip() for one in answers.causes if one.strip()),
        opportunity=answers.opportunity.strip(),
        actions=actions,
        debriefed_with=answers.debriefed_with.strip(),
    )


def _must_be_closed(known: facts.Known) -> None:
    if not _closed(known):
        raise KnownError(
            "close_first",
            _("The case is still open."),
            _("Close it first; the debrief comes after it."),
        )
