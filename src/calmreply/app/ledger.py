"""Writing facts: each one a signed journal line with its payload, in one transaction.

`writing` opens the transaction, looks at the clocks once, and gives a `Ledger`; leaving it commits
everything or nothing. The facts of a case are the payloads of its lines: there is no second copy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from calmreply.app.home import BUSINESS_ID, HEAD_SECRET, Actor, Home
from calmreply.app.ports import Signer
from calmreply.app.ports.storage import TURN, ReadTransaction, WriteTransaction
from calmreply.app.proving import clock_seal
from calmreply.domain import case as cases
from calmreply.domain import (
    codec,
    debrief,
    keeping,
    notice,
    outbox,
    own_site,
    people,
    reply,
    review,
    rulebook,
    said,
    wordings,
)
from calmreply.domain.journal import Line, Written, payload_hash
from calmreply.domain.mention import CaseId
from calmreply.domain.moment import Now, Reading, confirm, in_order, observe
from calmreply.domain.people import PersonId
from calmreply.errors import KnownError
from calmreply.i18n import _

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class InstallationKey:
    """The installation's own key enters the chain. `kept`: a keyring holds it."""

    key_id: str
    public: bytes
    kept: bool
    at: Reading


@dataclass(frozen=True, slots=True)
class MentionsHeard:
    """What came in together: (mention, case or "", version digest) each.

    `around`: for each of them the digest of what is known beside its words (`mention.around`);
    none in older lines.
    """

    source: str
    rules_line: int
    mentions: tuple[tuple[str, str, str], ...]
    at: Reading
    around: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MentionSplit:
    """Somebody says that a mention is another matter than the case it was put into."""

    mention: str
    was: str
    case: str
    rules_line: int
    by: PersonId
    at: Reading


@dataclass(frozen=True, slots=True)
class MentionsGone:
    """What a place says is no longer there."""

    source: str
    mentions: tuple[str, ...]
    at: Reading


@dataclass(frozen=True, slots=True)
class SourceChanged:
    """A source was added, moved or removed."""

    source: str
    kind: str
    address: str
    what: str
    at: Reading


@dataclass(frozen=True, slots=True)
class AccountChanged:
    account: str
    kind: str
    settings: tuple[tuple[str, str], ...]
    what: str
    at: Reading


@dataclass(frozen=True, slots=True)
class JournalResumed:
    """Somebody put back a backup: the journal goes on without the lines up to that head."""

    number: int
    digest: str
    by: PersonId
    at: Reading


FACTS: Mapping[str, type] = {
    "page_read": cases.PageRead,
    "feeling_said": cases.FeelingSaid,
    "judged": cases.Judged,
    "reply_started": reply.ReplyStarted,
    "revised": reply.Revised,
    "sign_off_asked": review.SignOffAsked,
    "packet_made": review.PacketMade,
    "signed_off": review.SignedOff,
    "changes_asked": review.ChangesAsked,
    "sign_off_withdrawn": review.SignOffWithdrawn,
    "looked": cases.Looked,
    "site_looked": cases.SiteLooked,
    "answered_outside": cases.AnsweredOutside,
    TURN: cases.TheyAnswered,
    "set_aside": cases.SetAside,
    "reopened": cases.Reopened,
    "case_closed": debrief.CaseClosed,
    "debriefed": debrief.Debriefed,
    "debrief_dated": debrief.DebriefDated,
    "send_chosen": outbox.SendChosen,
    "chosen_again": outbox.ChosenAgain,
    "attempt_began": outbox.AttemptBegan,
    "attempt_ended": outbox.AttemptEnded,
    "settled": outbox.Settled,
    "posted": outbox.Posted,
    "not_posted": outbox.NotPosted,
    "send_cancelled": outbox.SendCancelled,
    "try_stopped": outbox.TryStopped,
    "reply_seen": outbox.ReplySeen,
    "copy_filed": outbox.CopyFiled,
    "moderation_asked": own_site.ModerationAsked,
    "moderation_agreed": own_site.ModerationAgreed,
    "moderation_refused": own_site.ModerationRefused,
    "moderation_failed": own_site.ModerationFailed,
    "moderated": own_site.Moderated,
    "reported": own_site.Reported,
    "enrolled": people.Enrolled,
    "presence_changed": people.PresenceChanged,
    "person_changed": people.PersonChanged,
    "passphrase_changed": people.PassphraseChanged,
    "invited": people.Invited,
    "packet_key_revoked": people.PacketKeyRevoked,
    "wording_revised": wordings.WordingRevised,
    "wording_signed": wordings.WordingSigned,
    "wording_retired": wordings.WordingRetired,
    "rules_set": rulebook.RulesSet,
    "rules_proposed": rulebook.RulesProposed,
    "rules_seconded": rulebook.RulesSeconded,
    "rules_withdrawn": rulebook.RulesWithdrawn,
    "second_agreed": said.SecondAgreed,
    "made_stricter": said.MadeStricter,
    "emergency_declared": said.EmergencyDeclared,
    "self_reviewed": said.SelfReviewed,
    "notice_given": notice.NoticeGiven,
    "installation_key": InstallationKey,
    "mentions_heard": MentionsHeard,
    "mention_split": MentionSplit,
    "mentions_gone": MentionsGone,
    "source_changed": SourceChanged,
    "account_changed": AccountChanged,
    "secret_kept": keeping.SecretKept,
    "secret_dropped": keeping.SecretDropped,
    "journal_resumed": JournalResumed,
}
"""The kind of a line names the type of its payload."""

KIND_OF = {kind: name for name, kind in FACTS.items()}


def fact_of(written: Written) -> Any:
    """The fact a line holds; None if its payload was erased, or is none of ours.

    What cannot be read was changed by hand: pages go on without it, and `trust` lets nothing leave.
    Nor can what is spelled as we never do: a team's server goes by the spelling of what it checks.
    """
    kind = FACTS.get(written.line.kind)
    try:
        data = written.data()
        if data is None or kind is None or codec.canonical_text(data) != written.payload:
            return None
        return codec.from_json(kind, data)
    except (ValueError, RecursionError):
        return None


@dataclass
class Ledger:
    """An open write transaction with the present, and the means to sign.

    `sealed`: what is kept of the boots was what had been signed when the transaction began.
    """

    home: Home
    tx: WriteTransaction
    now: Now
    actor: Actor | None
    sealed: bool = True
    head: tuple[int, str] | None = None
    _in_chain: set[str] | None = field(default=None, init=False)

    @property
    def reading(self) -> Reading:
        return self.now.reading

    def record(self, fact: Any, case: CaseId | None = None, *, by_program: bool = False) -> int:
        """Append a fact; returns its line number.

        Signed by the actor's key, or by the installation's where nobody acts or the program
        itself does (`by_program`).
        """
        if self.actor is not None and not by_program:
            return self._append(fact, case, self.actor.signer, str(self.actor.person.id))
        return self._append(fact, case, self._installation(), "")

    def record_from_afar(self, fact: review.SignedOff | review.ChangesAsked, case: CaseId) -> int:
        """Append what somebody far away signed; the signature in it is theirs, the line ours."""
        return self._append(fact, case, self._installation(), str(fact.by))

    def confirm_clock(self, outside: datetime) -> bool:
        """The outside told the time (UTC); returns whether this boot is confirmed now."""
        boots = confirm(self.now.boots, self.reading, outside)
        self.now = replace(self.now, boots=boots)
        return boots[-1].confirmed is not None

    def forget_clock(self) -> None:
        """Where the seal did not hold: know of no boot but this one, so that it holds again."""
        if not self.sealed:
            self.now = replace(self.now, boots=observe((), self.reading))
            self.sealed = True

    def save_clock(self) -> None:
        """Save how far this boot has come, under a seal; one that did not hold stays broken.

        Signed by the actor's key, or by the installation's where nobody acts.
        """
        self.tx.save_boots(self.now.boots)
        if self.sealed and self.tx.head()[0]:
            clock_seal.put(self.tx, self.actor.signer if self.actor else self._installation())

    def _installation(self) -> Signer:
        """The installation's key, brought into the chain if it is not in it."""
        signer = self.home.keys.installation()
        if self._in_chain is None:
            self._in_chain = self._installations()
        if signer.key_id not in self._in_chain:
            kept = self.home.secrets.keeps
            self._append(
                InstallationKey(signer.key_id, signer.public, kept, self.reading), None, signer, ""
            )
            self._in_chain.add(signer.key_id)
        return signer

    def _append(self, fact: Any, case: CaseId | None, signer: Signer, actor: str) -> int:
        number, before = self.tx.head()
        payload = codec.canonical(codec.to_json(fact)).decode("utf-8", "surrogatepass")
        salt = self.home.entropy.random(16)
        line = Line(
            number=number + 1,
            before=before,
            kind=KIND_OF[type(fact)],
            case=str(case or ""),
            subject=_subject(fact),
            actor=actor,
            at=codec.rfc3339(self.now.wall),
            payload_hash=payload_hash(salt, payload),
            key_id=signer.key_id,
        )
        line = replace(line, signature=signer.sign(line.words()))
        self.tx.append(Written(line, payload, salt))
        self.head = (line.number, line.hash)
        return line.number

    def _installations(self) -> set[str]:
        lines = self.tx.lines(case=NO_CASE, kinds=("installation_key",))
        return {fact.key_id for written in lines if (fact := fact_of(written)) is not None}


def _subject(fact: Any) -> str:
    """What a line is about beside its case: a reply, the mention that is another turn, or a wording
    of the plan, unless its own writer signs it alone.
    """
    match fact:
        case cases.TheyAnswered():
            return str(fact.mention)
        case wordings.WordingRevised() | wordings.WordingSigned(alone=False):
            return str(fact.revision)
        case _:
            return str(getattr(fact, "reply", "") or "")


NO_CASE = CaseId("")


def present(home: Home, tx: ReadTransaction) -> Now:
    """The present as one look at the clocks shows it, without saving the look."""
    boots = tx.boots()
    reading = in_order(boots, home.clock.read())
    return Now(reading, observe(boots, reading, home.skip()))


@contextmanager
def writing(home: Home, actor: Actor | None = None) -> Iterator[Ledger]:
    """One write transaction. Keeps the journal's head in the keyring after the commit.

    Raises KnownError `person_left` where the actor has left since they unlocked their key.
    """
    with home.store.write() as tx:
        if actor is not None and has_left(tx, actor.person.id):
            raise person_left(actor.person.name)
        ledger = Ledger(home, tx, present(home, tx), actor, clock_seal.holds(home, tx))
        yield ledger
        ledger.save_clock()
        slot = head_slot(tx)
    if ledger.head is not None and home.secrets.keeps:
        _keep_head(home, slot, ledger.head)


def write_together(home: Home, work: Callable[[Ledger], T], rows: int = 0) -> T:
    """What `work` does, in a transaction that other threads' writes may share, see `together`."""
    return home.together.run(lambda: writing(home), work, rows)


def head_slot(tx: ReadTransaction) -> str:
    """Where the keyring keeps this home's last head; one computer may have several homes."""
    return f"{HEAD_SECRET}.{business_id(tx)}"


def kept_head(home: Home, slot: str) -> tuple[int, str] | None:
    """Number and hash of the last line as the keyring remembers it."""
    number, _space, digest = (home.secrets.get(slot) or "").partition(" ")
    sane = number.isdecimal() and len(number) < 20 and int(number) > 0
    return (int(number), digest) if sane else None


def _keep_head(home: Home, slot: str, head: tuple[int, str]) -> None:
    """Remember the newest head. One that has gone from the journal stays, because it proves it."""
    kept = kept_head(home, slot)
    if kept is not None:
        found = None
        # What was written is written, though the store is gone by now: the next head is kept.
        with suppress(KnownError), home.store.read() as tx:
            found = next(tx.lines(after=kept[0] - 1), None)
        still_there = found is not None and (found.line.number, found.line.hash) == kept
        if not still_there or kept[0] >= head[0]:
            return
    number, digest = head
    home.secrets.set(slot, f"{number} {digest}")


def has_left(tx: ReadTransaction, person: PersonId) -> bool:
    """Whether somebody has left the business for good, as of the last line that says so."""
    lines = tx.lines(case=NO_CASE, kinds=("enrolled", "presence_changed"))
    said = [fact for line in lines if (fact := fact_of(line)) and fact.person == person]
    return bool(said) and getattr(said[-1], "presence", None) is people.Presence.LEFT


def person_left(name: str) -> KnownError:
    return KnownError(
        "person_left",
        _("{name} has left the business.").format(name=name),
        _("Act as somebody who is still here."),
    )


def business_id(tx: ReadTransaction) -> str:
    """The home's own id; made when the home is."""
    return tx.setting(BUSINESS_ID) or ""


def heartbeat(home: Home) -> None:
    """Save how far this boot has come, so that a crash neither shortens nor lengthens a wait."""
    with writing(home):
        pass


def confirm_clock(home: Home, outside: datetime) -> bool:
    """An answer from the outside told the time; returns whether this boot is confirmed now."""
    with writing(home) as ledger:
        return ledger.confirm_clock(outside)
