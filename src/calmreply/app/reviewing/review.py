"""The second pair of eyes: asking, signing, asking for changes, withdrawing."""

from __future__ import annotations

from datetime import timedelta

from calmreply.app import facts
from calmreply.app.facts import Known
from calmreply.app.home import Actor, Home
from calmreply.app.ledger import writing
from calmreply.app.ports.changes import ChangeSet, of_case
from calmreply.app.reviewing.suggestions import refuse_same
from calmreply.app.sending.write import keep_draft_as_revision
from calmreply.domain import emergency, record
from calmreply.domain.codec import rfc3339
from calmreply.domain.mention import CaseId
from calmreply.domain.next_asked import could_be_asked
from calmreply.domain.outbox import State, state
from calmreply.domain.people import Person, find
from calmreply.domain.plan import unfilled
from calmreply.domain.review import (
    ChangesAsked,
    Impression,
    RequestId,
    SignedOff,
    SignOffAsked,
    SignOffWithdrawn,
    Tick,
    all_ticked,
    signed_bytes,
)
from calmreply.domain.sign_off import is_new, may_sign, open_request, sign_off_state
from calmreply.errors import KnownError
from calmreply.i18n import _


def ask(home: Home, actor: Actor, case: CaseId, who: str) -> ChangeSet:
    """Ask somebody to look at exactly the present words; unfinished words are kept as a revision.

    Asking the same person for the same words again is once. Raises KnownError `no_such_person`,
    `wrote_it`, `not_active`, `nothing_written`, `unfilled_slot`, `being_written`, `reopen_first`.
    """
    with home.store.read() as tx:
        refuse_away(facts.load(home, tx, case), who)
    keep_draft_as_revision(home, actor, case)
    with writing(home, actor) as ledger:
        known = facts.load(home, ledger.tx, case)
        facts.refuse_ended(known)
        revision = known.facts.revision
        if revision is None or not revision.words.text.strip():
            raise _nothing_written()
        _refuse_unfilled(revision.words.text)
        reviewer = refuse_away(known, who)
        refuse_new(known, reviewer)
        if not may_sign(known.facts, reviewer.id):
            raise wrote_it(reviewer.name)
        _refuse_unfinished(known)
        waiting = open_request(known.facts, known.rules, known.now)
        if waiting is not None and waiting.reviewer == reviewer.id:
            return ChangeSet()
        wall = known.now.wall
        ledger.record(
            SignOffAsked(
                request=RequestId(home.entropy.token()),
                reply=revision.reply,
                revision=revision.revision,
                reviewer=reviewer.id,
                nonce=home.entropy.random(16).hex(),
                requested=rfc3339(wall),
                expires=rfc3339(wall + timedelta(minutes=known.rules.sign_off_holds)),
                by=actor.person.id,
                at=ledger.reading,
            ),
            case,
        )
    return of_case(case)


def refuse_away(known: Known, who: str) -> Person:
    """Whoever is to be asked, if they are here; if not, somebody else who could be is named.

    Raises KnownError `no_such_person`, `not_active`.
    """
    found = find(known.facts.people, who)
    if found is not None and not found.active:
        other = could_be_asked(known.facts, known.rules, known.now, {found.id})
        if other is not None:
            raise KnownError(
                "not_active",
                _("{name} is away.").format(name=found.name),
                _("Ask {other}, or say that {name} is back.").format(
                    other=other.name, name=found.name
                ),
            )
    return active(known.facts.people, who)


def active(people: tuple[Person, ...], who: str) -> Person:
    """Raises KnownError `no_such_person`, `not_active`."""
    found = find(people, who)
    if found is None:
        raise KnownError(
            "no_such_person",
            _("There is nobody called {who} here.").format(who=who),
            _("Look at the list of people, or add this person first."),
        )
    if not found.active:
        raise _not_active(found.name)
    return found


def _refuse_unfilled(text: str) -> None:
    """Nobody looks at words that are not there yet."""
    left = dict.fromkeys(f"{{{slot.value}}}" for _from, _to, slot in unfilled(text))
    if left:
        raise KnownError(
            "unfilled_slot",
            _("Something is still to be filled in: {slots}").format(slots=", ".join(left)),
            _("Put your own words there, or take it out; then ask."),
        )


def _refuse_unfinished(known: Known) -> None:
    """Nobody signs words of which somebody is just writing others."""
    writing_now = [draft.by for draft in known.facts.drafts if draft.differs]
    if writing_now:
        raise KnownError(
            "being_written",
            _("{name} is writing other words at this moment.").format(
                name=known.facts.name(writing_now[-1])
            ),
            _("Have them kept or dropped first."),
        )


def text_to_sign(known: Known, actor: Actor, ticks: tuple[Tick, ...]) -> tuple[SignOffAsked, str]:
    """The request for this person, and the canonical text they would sign.

    Raises KnownError `not_asked`, `wrote_it`, `not_active`.
    """
    someone = known.facts.person(actor.person.id)
    if someone is not None and not someone.active:
        raise _not_active(someone.name)
    refuse_new(known, actor.person, actor.signer.key_id)
    if not may_sign(known.facts, actor.person.id):
        raise wrote_it(actor.person.name)
    asked = open_request(known.facts, known.rules, known.now)
    what = record.present(known.facts, known.rules)
    if asked is None or what is None or asked.reviewer != actor.person.id:
        raise not_asked(actor.person.name)
    said = emergency.declared(known.facts)
    return asked, record.for_signing(what, asked, actor.signer.key_id, ticks, said=said)


def shown(known: Known) -> str:
    """Everything a sign-off would bind, as one text: the same text, the same thing to sign."""
    what = record.present(known.facts, known.rules)
    hurried = record.hurry_digest(emergency.declared(known.facts))
    return f"{record.for_sending(what)}{hurried}" if what is not None else ""


def demand_ticks(ticks: tuple[Tick, ...]) -> None:
    """Raises KnownError `ticks_missing`."""
    if not all_ticked(ticks):
        raise KnownError(
            "ticks_missing",
            _("Signing says: it is true, kind, nothing we cannot keep, nothing private."),
            _("Tick all four, or ask for changes."),
        )


def sign(
    home: Home,
    actor: Actor,
    case: CaseId,
    ticks: tuple[Tick, ...],
    *,
    shown: str | None = None,
    impression: Impression | None = None,
    note: str = "",
) -> ChangeSet:
    """Sign exactly the present words. The database, too, refuses a signature by a writer of them.

    `shown` is what the signer had before their eyes (`shown()`), where that was a while ago;
    `impression` what the words said to them alone, where they read those first; `note` is kept.
    Raises KnownError `ticks_missing`, `not_asked`, `wrote_it`, `text_changed`.
    """
    demand_ticks(ticks)
    with writing(home, actor) as ledger:
        known = facts.load(home, ledger.tx, case)
        refuse_other(known, shown)
        asked, text = text_to_sign(known, actor, ticks)
        ledger.record(
            SignedOff(
                request=asked.request,
                reply=asked.reply,
                revision=asked.revision,
                ticks=tuple(tick for tick in Tick if tick in ticks),
                key_id=actor.signer.key_id,
                record=text,
                signature=actor.signer.sign(signed_bytes(text)),
                by=actor.person.id,
                at=ledger.reading,
                hurry=record.hurry_digest(emergency.declared(known.facts)),
                impression=impression,
                note=note.strip(),
            ),
            case,
        )
    return of_case(case)


def demand_remark(text: str) -> None:
    """Raises KnownError `text_missing`."""
    if not text.strip():
        raise KnownError(
            "text_missing",
            _("What should change is missing."),
            _("Write one sentence that helps the writer."),
        )


def remark(
    home: Home,
    actor: Actor,
    case: CaseId,
    text: str,
    *,
    suggestion: str = "",
    shown: str | None = None,
    impression: Impression | None = None,
) -> ChangeSet:
    """Ask for changes instead of signing; `shown` and `impression` as for `sign`.

    `suggestion` is the whole text they would like better; then `text` may be empty. Raises
    KnownError `text_missing`, `nothing_written`, `text_changed`, `text_too_long`, `same_words`.
    """
    if not suggestion:
        demand_remark(text)
    with writing(home, actor) as ledger:
        known = facts.load(home, ledger.tx, case)
        refuse_other(known, shown)
        revision = known.facts.revision
        if revision is None:
            raise _nothing_written()
        refuse_same(revision, suggestion)
        asked = open_request(known.facts, known.rules, known.now)
        mine = asked.request if asked and asked.reviewer == actor.person.id else None
        said = ChangesAsked(
            revision.reply,
            revision.revision,
            text.strip(),
            actor.person.id,
            ledger.reading,
            mine,
            suggestion=suggestion,
            impression=impression,
        )
        # Once it is said, the request that it answers is none any more.
        but = ("at", "request") if mine is None else ("at",)
        if not facts.said_just_now(ledger.tx, case, said, but=but):
            ledger.record(said, case)
    return of_case(case)


def withdraw(home: Home, actor: Actor, case: CaseId) -> ChangeSet:
    """The signer takes their sign-off back, as long as it was not sent.

    Raises KnownError `nothing_to_withdraw`.
    """
    with writing(home, actor) as ledger:
        known = facts.load(home, ledger.tx, case)
        signed = sign_off_state(known.facts, known.rules, known.now).signed
        entries = known.facts.entries_of(signed.reply) if signed else ()
        sent = any(state(entry, known.now) is State.SENT for entry in entries)
        if signed is None or signed.by != actor.person.id or sent:
            raise KnownError(
                "nothing_to_withdraw",
                _("{name} has no sign-off here that still holds.").format(name=actor.person.name),
                _("Nothing needs to be taken back."),
            )
        ledger.record(SignOffWithdrawn(signed.request, actor.person.id, ledger.reading), case)
    return of_case(case)


def refuse_other(known: Known, seen: str | None) -> None:
    """What was seen a while ago must be what there is now. Raises KnownError `text_changed`."""
    if seen is not None and seen != shown(known):
        raise KnownError(
            "text_changed",
            _("This was changed while you were reading it."),
            _("Read it once more as it is now."),
        )


def refuse_new(known: Known, person: Person, key_id: str | None = None) -> None:
    """Where the rules say so; `key_id` is what they sign with, None: whatever they could sign with.

    Raises KnownError `new_key`.
    """
    now = known.now
    if known.rules.sign_after_week and is_new(known.facts, person.id, now, now.reading, key_id):
        raise KnownError(
            "new_key",
            _("First week: the key of {name} is new.").format(name=person.name),
            _("By your rules it signs nothing off yet. Ask somebody else, or wait."),
        )


def _nothing_written() -> KnownError:
    return KnownError(
        "nothing_written",
        _("There is no reply yet."),
        _("Write it first, then ask somebody to look at it."),
    )


def _not_active(name: str) -> KnownError:
    return KnownError(
        "not_active",
        _("{name} is away.").format(name=name),
        _("Ask somebody else, or say that they are back."),
    )


def not_asked(name: str) -> KnownError:
    return KnownError(
        "not_asked",
        _("{name} has not been asked about these words.").format(name=name),
        _("Ask for a second pair of eyes first; a changed text is asked for again."),
    )


def wrote_it(name: str) -> KnownError:
    return KnownError(
        "wrote_it",
        _("{name} wrote part of this reply and cannot sign it off.").format(name=name),
        _("Ask somebody else, or start the text afresh."),
    )
