"""What a second person agrees to, what somebody makes stricter, and what there is without one."""

from __future__ import annotations

from calmreply.app import facts
from calmreply.app.facts import Known
from calmreply.app.home import Actor, Home
from calmreply.app.ledger import writing
from calmreply.app.ports.changes import ChangeSet, of_case
from calmreply.app.reviewing.review import refuse_other
from calmreply.app.sending.write import keep_draft_as_revision
from calmreply.app.words import wording
from calmreply.domain import agreements, alone, calm
from calmreply.domain.agreements import Unfit, still_private
from calmreply.domain.alone import Step
from calmreply.domain.mention import CaseId, Visibility
from calmreply.domain.policy import Kind
from calmreply.domain.private import PrivateKind, private_words
from calmreply.domain.said import (
    Agreement,
    EmergencyDeclared,
    Ground,
    MadeStricter,
    SecondAgreed,
    SelfReviewed,
)
from calmreply.errors import KnownError
from calmreply.i18n import _


def agree(home: Home, actor: Actor, case: CaseId, what: Agreement) -> ChangeSet:
    """A second person agrees: not private, or not a complaint.

    Raises KnownError `nothing_to_agree`, `judge_first`, `not_active`, `took_part`, `new_key`,
    `reopen_first`.
    """
    with writing(home, actor) as ledger:
        known = facts.load(home, ledger.tx, case)
        facts.refuse_ended(known)
        _demand_fit(known, actor, what)
        said = known.facts
        private = what is Agreement.NOT_PRIVATE
        found = found_private(known) if private else ()
        revision = said.revision.revision if private and said.revision else None
        if not (found if private else calm.complains(said, known.rules)):
            raise _nothing_to_agree(what)
        if not private and (said.judged is None or said.judged.kind is Kind.COMPLAINT):
            raise _judge_first()
        version, who = said.mention.now.number, actor.person.id
        fact = SecondAgreed(what, version, who, ledger.reading, revision, found)
        ledger.record(fact, case)
    return of_case(case)


def found_private(known: Known) -> tuple[tuple[PrivateKind, str], ...]:
    """What looks private in the present public words, and nobody has agreed to yet."""
    revision = known.facts.revision
    if revision is None or revision.words.visibility is not Visibility.PUBLIC:
        return ()
    found = (*private_words(revision.words.text), *known.facts.private)
    return still_private(known.facts, found)


def make_stricter(home: Home, actor: Actor, case: CaseId) -> ChangeSet:
    """From now on it is held like a complaint; anybody may say so. Twice is once."""
    with writing(home, actor) as ledger:
        known = facts.load(home, ledger.tx, case)
        facts.refuse_ended(known)
        if agreements.stricter(known.facts) and calm.complains(known.facts, known.rules):
            return ChangeSet()
        ledger.record(MadeStricter(actor.person.id, ledger.reading), case)
    return of_case(case)


def declare_emergency(
    home: Home, actor: Actor, case: CaseId, ground: Ground, reason: str
) -> ChangeSet:
    """It cannot wait, for a written reason.

    Raises KnownError `reason_missing`, `not_active`, `reopen_first`.
    """
    if not reason.strip():
        raise KnownError(
            "reason_missing",
            _("An emergency needs a written reason."),
            _("Write one line: who comes to harm, or what the law demands by when."),
        )
    with writing(home, actor) as ledger:
        known = facts.load(home, ledger.tx, case)
        facts.refuse_ended(known)
        who = actor.person.id
        someone = known.facts.person(who)
        if someone is not None and not someone.active:
            raise _not_active(someone.name)
        by_myself = alone.alone(known.facts.people, known.now) is not None
        fact = EmergencyDeclared(ground, reason.strip(), by_myself, who, ledger.reading)
        ledger.record(fact, case)
    return of_case(case)


def self_review(home: Home, actor: Actor, case: CaseId, *, shown: str | None = None) -> ChangeSet:
    """Somebody who is alone has read the present words: before the night, or after it.

    `shown` as for `review.sign`. Raises KnownError `not_alone`, `too_early`, `nothing_written`,
    `text_changed`, `reopen_first`.
    """
    keep_draft_as_revision(home, actor, case)
    with writing(home, actor) as ledger:
        known = facts.load(home, ledger.tx, case)
        facts.refuse_ended(known)
        refuse_other(known, shown)
        revision, only = known.facts.revision, alone.alone(known.facts.people, known.now)
        if only is None or only.id != actor.person.id:
            raise _not_alone()
        if revision is None or not revision.words.text.strip():
            raise KnownError(
                "nothing_written",
                _("There is no reply yet."),
                _("Write it first, then read it as somebody else would."),
            )
        here = alone.self_review(known.facts, known.rules, known.now)
        if here.step is Step.DONE:
            return ChangeSet()
        if here.at is not None and here.at > known.now.wall:
            at = wording.exact(here.at, known.rules.zone)
            raise KnownError(
                "too_early",
                _("Reading it again counts from {time}.").format(time=at),
                _("Leave it until then; that is what the wait is for."),
            )
        version = known.facts.mention.now.number
        fact = SelfReviewed(
            revision.reply, revision.revision, version, actor.person.id, ledger.reading
        )
        ledger.record(fact, case)
    return of_case(case)


def _demand_fit(known: Known, actor: Actor, what: Agreement) -> None:
    who = actor.person
    match agreements.unfit(known.facts, who.id, what, known.now):
        case Unfit.AWAY:
            raise _not_active(who.name)
        case Unfit.TOOK_PART:
            raise KnownError(
                "took_part",
                _("{name} has a part in this and is no second person here.").format(name=who.name),
                _("Ask somebody who wrote nothing of it, and neither felt nor judged it."),
            )
        case Unfit.NEW_KEY:
            raise new_key(who.name)
        case None:
            pass


def new_key(name: str) -> KnownError:
    """Why somebody who has just come in is no second person of a case from before."""
    return KnownError(
        "new_key",
        _("First week: the key of {name} is new.").format(name=name),
        _("{name} came in after this case was begun; ask somebody else, or wait.").format(
            name=name
        ),
    )


def _nothing_to_agree(what: Agreement) -> KnownError:
    words = {
        Agreement.NOT_PRIVATE: _("Nothing in the present words looks private."),
        Agreement.NOT_COMPLAINT: _("Nothing here makes it a complaint but how it was judged."),
    }
    return KnownError("nothing_to_agree", words[what], _("Nothing needs to be agreed to."))


def _judge_first() -> KnownError:
    return KnownError(
        "judge_first",
        _("Nobody has judged it to be anything but a complaint."),
        _("Have it judged as a question or as praise first; then agree."),
    )


def _not_active(name: str) -> KnownError:
    return KnownError(
        "not_active",
        _("{name} is away.").format(name=name),
        _("Ask somebody else, or say that they are back."),
    )


def _not_alone() -> KnownError:
    return KnownError(
        "not_alone",
        _("You are not alone here: there is somebody else who could look at it."),
        _("Ask them. Somebody who is away comes back; who has left counts for a week yet."),
    )
