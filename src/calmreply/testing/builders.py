"""A case made step by step, for tests of everything that looks at one.

`CaseBuilder` lets people, the clock, the customer and the channel act in the order in which they
would, and hands out the `CaseFacts` that are then on record. It checks nothing: what the product
refuses can be built too, because the domain has to cope with it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Self

from calmreply.domain import calm, record, review
from calmreply.domain.alone import alone
from calmreply.domain.blockers import PrivateData
from calmreply.domain.case import (
    AnsweredOutside,
    Choice,
    Draft,
    FeelingSaid,
    Judged,
    Looked,
    PageRead,
    Reopened,
    SetAside,
    Verdict,
)
from calmreply.domain.codec import rfc3339
from calmreply.domain.debrief import Answers, CaseClosed, DebriefDated, Debriefed
from calmreply.domain.debrief import Outcome as CaseOutcome
from calmreply.domain.emergency import declared
from calmreply.domain.outbox import (
    AttemptBegan,
    AttemptEnded,
    ChosenAgain,
    EntryId,
    NotPosted,
    Outcome,
    Posted,
    SendCancelled,
    SendChosen,
    Settled,
)
from calmreply.domain.people import PersonId
from calmreply.domain.policy import Feeling, Kind
from calmreply.domain.private import PrivateKind
from calmreply.domain.reply import Address, ReplyId, ReplyKind, ReplyStarted, Revised, RevisionId
from calmreply.domain.reply import Words as ReplyWords
from calmreply.domain.review import (
    NEEDED,
    ChangesAsked,
    RequestId,
    SignedOff,
    SignOffAsked,
    SignOffWithdrawn,
    Tick,
)
from calmreply.domain.said import (
    Agreement,
    EmergencyDeclared,
    Ground,
    MadeStricter,
    SecondAgreed,
    SelfReviewed,
)
from calmreply.domain.sign_off import sign_off_state
from calmreply.testing.scene import Scene, fake_signature


class CaseBuilder(Scene):
    """One case, made step by step. Every step returns the builder, so that steps can be chained.

    >>> case = CaseBuilder().read("ana").feel("ana", Feeling.STUNG).write("ana", "Dear Robin, ...")
    >>> case.advance(minutes=20).kinds()
    ['not_judged', 'cooling_person', 'needs_second_person', 'second_look']
    """

    # --- reading, feeling, judging, writing -------------------------------------------------

    def read(self, who: str = "ana") -> Self:
        return self.put(PageRead(self.mention.now.number, PersonId(who), self.reading))

    def feel(self, who: str = "ana", feeling: Feeling = Feeling.CALM) -> Self:
        number = self.mention.now.number
        return self.put(FeelingSaid(feeling, number, PersonId(who), self.reading))

    def judge(self, kind: Kind = Kind.COMPLAINT, who: str = "ana") -> Self:
        return self.put(
            Judged(kind, Verdict.GENUINE, "was here on Monday", PersonId(who), self.reading)
        )

    def begin_reply(self, who: str = "ana", kind: ReplyKind = ReplyKind.REPLY) -> Self:
        reply = ReplyId(f"reply-{self._count(ReplyStarted) + 1}")
        return self.put(ReplyStarted(reply, self.mention.id, kind, PersonId(who), self.reading))

    def write(
        self,
        who: str = "ana",
        text: str = "Dear Robin, thank you. That should not have happened.",
        *,
        afresh: bool = False,
        suggested_by: str | None = None,
        suggestion: int = 0,
        **changes: Any,
    ) -> Self:
        """A revision of the present reply, or of a new one; `changes` of its other words."""
        if afresh or self.facts.reply is None:
            self.begin_reply(who)
        started = self.facts.reply
        if started is None:
            raise AssertionError("a reply that was begun is not there")
        before = self.facts.revisions
        words = replace(before[-1].words, text=text) if before else self._first_words(text)
        return self.put(
            Revised(
                reply=started.reply,
                revision=RevisionId(f"revision-{self._count(Revised) + 1}"),
                number=len(before) + 1,
                words=replace(words, **changes),
                by=PersonId(who),
                at=self.reading,
                suggested_by=PersonId(suggested_by) if suggested_by else None,
                suggestion=suggestion,
            )
        )

    def draft(self, who: str, text: str) -> Self:
        """Words stand in somebody's editor. What they had there before is gone."""
        self.undraft(who)
        self.drafts += (Draft(PersonId(who), text, "", self.reading),)
        return self

    def undraft(self, who: str) -> Self:
        self.drafts = tuple(draft for draft in self.drafts if draft.by != who)
        return self

    # --- the second pair of eyes ------------------------------------------------------------

    def ask(self, reviewer: str = "tom", by: str = "ana") -> Self:
        revision = self._revision()
        number = self._count(SignOffAsked) + 1
        wall = self.clock.wall
        holds = timedelta(minutes=self.rules.sign_off_holds)
        return self.put(
            SignOffAsked(
                request=RequestId(f"request-{number}"),
                reply=revision.reply,
                revision=revision.revision,
                reviewer=PersonId(reviewer),
                nonce=f"{number:032x}",
                requested=rfc3339(wall),
                expires=rfc3339(wall + holds),
                by=PersonId(by),
                at=self.reading,
            )
        )

    def sign(self, who: str = "tom", *more: Tick, ticks: tuple[Tick, ...] = NEEDED) -> Self:
        """Answer the newest request with a sign-off; `more` ticks beside the four."""
        asked = self.facts.last(SignOffAsked)
        what = record.present(self.facts, self.rules)
        if asked is None or what is None:
            raise AssertionError("nothing was asked")
        key_id, ticked, said = f"{who}.1", (*ticks, *more), declared(self.facts)
        text = record.for_signing(what, asked, key_id, ticked, said=said)
        return self.put(
            SignedOff(
                request=asked.request,
                reply=asked.reply,
                revision=asked.revision,
                ticks=ticked,
                key_id=key_id,
                record=text,
                signature=fake_signature(key_id, review.signed_bytes(text)),
                by=PersonId(who),
                at=self.reading,
                hurry=record.hurry_digest(said),
            )
        )

    def remark(
        self, who: str = "tom", text: str = "Leave out the excuse.", suggestion: str = ""
    ) -> Self:
        """Ask for changes instead of signing, or propose other words."""
        revision = self._revision()
        asked = [one for one in self.facts.of(SignOffAsked) if one.reviewer == who]
        request = asked[-1].request if asked else None
        at = self.reading
        asked_for = ChangesAsked(
            revision.reply, revision.revision, text, PersonId(who), at, request
        )
        return self.put(replace(asked_for, suggestion=suggestion))

    def withdraw(self, who: str = "tom") -> Self:
        asked = [one for one in self.facts.of(SignOffAsked) if one.reviewer == who]
        return self.put(SignOffWithdrawn(asked[-1].request, PersonId(who), self.reading))

    # --- what else somebody says ------------------------------------------------------------

    def agree(self, what: Agreement, who: str = "tom") -> Self:
        """As the second person, to what looks private in the present words or to the kind."""
        version, revision = self.mention.now.number, None
        found: tuple[tuple[PrivateKind, str], ...] = ()
        if what is Agreement.NOT_PRIVATE:
            revision = self._revision().revision
            held = [one for one in self.blockers() if isinstance(one, PrivateData)]
            found = held[0].found if held else ()
        return self.put(SecondAgreed(what, version, PersonId(who), self.reading, revision, found))

    def stricter(self, who: str = "ana") -> Self:
        return self.put(MadeStricter(PersonId(who), self.reading))

    def emergency(self, who: str = "ana", reason: str = "There is glass in it.") -> Self:
        only = alone(self.people, self.now) is not None
        by = PersonId(who)
        return self.put(EmergencyDeclared(Ground.SAFETY, reason, only, by, self.reading))

    def review_alone(self, who: str = "ana") -> Self:
        revision, version = self._revision(), self.mention.now.number
        by, at = PersonId(who), self.reading
        return self.put(SelfReviewed(revision.reply, revision.revision, version, by, at))

    # --- the second look, and sending -------------------------------------------------------

    def look(self, who: str = "ana", choice: Choice = Choice.SEND) -> Self:
        revision, version = self._revision(), self.mention.now.number
        return self.put(Looked(revision.revision, version, choice, PersonId(who), self.reading))

    def ready(self, who: str = "ana", reviewer: str = "tom") -> Self:
        """Everything a calm person has to do, with the waits, so that nothing holds it."""
        self.read(who).feel(who).judge(who=who).write(who).ask(reviewer, by=who).sign(reviewer)
        return self.wait(who).look(who)

    def wait(self, who: str = "ana") -> Self:
        """Let exactly as much time pass as this person and the text still have to wait."""
        waits = [*calm.person_waits(self.facts, self.rules, self.now, PersonId(who))]
        text = calm.text_wait(self.facts, self.rules, self.now)
        left = max((one.left for one in (*waits, *([text] if text else []))), default=timedelta(0))
        return self.advance(seconds=left.total_seconds())

    def choose(self, who: str = "ana", *, when_connected: bool = False) -> Self:
        """Send: the present words are frozen into an outbox entry."""
        started, what = self.facts.reply, record.present(self.facts, self.rules)
        if started is None or what is None:
            raise AssertionError("nothing was written")
        signed = sign_off_state(self.facts, self.rules, self.now).signed
        return self._choose(started, who, what, signed, when_connected=when_connected)

    def hold(self, who: str = "ana", text: str = "Thank you. We look into it.") -> Self:
        """A holding reply is written and chosen to be sent."""
        self.begin_reply(who, ReplyKind.HOLDING)
        started = self.facts.of(ReplyStarted)[-1]
        revision = RevisionId(f"revision-{self._count(Revised) + 1}")
        words = self._first_words(text)
        revised = Revised(started.reply, revision, 1, words, PersonId(who), self.reading)
        self.put(revised)
        what = record.content(self.facts, started, revised, self.rules)
        return self._choose(started, who, what, None, when_connected=False)

    def again(self, who: str = "ana", *, when_connected: bool = False) -> Self:
        signed = sign_off_state(self.facts, self.rules, self.now).signed
        request = signed.request if signed else None
        by, at = PersonId(who), self.reading
        return self.put(ChosenAgain(self.entry.id, by, at, when_connected, request))

    def begin(self, run: str = "run-1") -> Self:
        """The claim: from here on it may be on its way."""
        return self.put(AttemptBegan(self.entry.id, self.entry.attempts + 1, run, self.reading))

    def end(self, outcome: Outcome, words: str = "", reference: str = "") -> Self:
        entry = self.entry
        ended = AttemptEnded(entry.id, entry.attempts, outcome, self.reading, words, reference)
        return self.put(ended)

    def posted(self, url: str = "", note: str = "", who: str = "ana") -> Self:
        return self.put(Posted(self.entry.id, self.reading, PersonId(who), url, note))

    def not_posted(self, who: str = "ana") -> Self:
        return self.put(NotPosted(self.entry.id, self.reading, PersonId(who)))

    def settle(self, *, appeared: bool, who: str = "ana") -> Self:
        return self.put(Settled(self.entry.id, appeared, self.reading, PersonId(who)))

    def cancel(self, who: str = "ana") -> Self:
        return self.put(SendCancelled(self.entry.id, self.reading, PersonId(who)))

    # --- the end ----------------------------------------------------------------------------

    def outside(self, text: str = "Said it on the phone.", when: str = "") -> Self:
        return self.put(AnsweredOutside(text, when, PersonId("ana"), self.reading))

    def set_aside(self, reason: str = "spam") -> Self:
        return self.put(SetAside(reason, PersonId("ana"), self.reading))

    def reopen(self, reason: str = "they wrote again") -> Self:
        return self.put(Reopened(reason, PersonId("ana"), self.reading))

    def close(self, outcome: CaseOutcome = CaseOutcome.RESOLVED) -> Self:
        return self.put(CaseClosed(outcome, PersonId("ana"), self.reading))

    def debrief(self, better: str = "Write the day on the tray.") -> Self:
        return self.put(Debriefed(Answers(better=better), PersonId("ana"), self.reading))

    def debrief_later(self, on: date) -> Self:
        return self.put(DebriefDated(on.isoformat(), PersonId("ana"), self.reading))

    # --- inside -----------------------------------------------------------------------------

    def _choose(
        self,
        started: ReplyStarted,
        who: str,
        what: dict[str, Any],
        signed: SignedOff | None,
        *,
        when_connected: bool,
    ) -> Self:
        words = self.facts.revisions_of(started.reply)[-1].words
        number = self._count(SendChosen) + 1
        return self.about(None).put(
            SendChosen(
                entry=EntryId(f"entry-{number}"),
                reply=started.reply,
                revision=what["revision"],
                kind=started.kind,
                channel=words.to.channel,
                account=words.to.account,
                place=words.to.place,
                key=f"key-{number}",
                record=record.for_sending(what),
                wire=words.text.encode(),
                by=PersonId(who),
                at=self.reading,
                created=rfc3339(self.clock.wall),
                request=signed.request if signed else None,
                when_connected=when_connected,
            )
        )

    def _first_words(self, text: str) -> ReplyWords:
        to = Address("hand", target=self.mention.url or "")
        return ReplyWords(text, to, self.mention.now.visibility)

    def _revision(self) -> Revised:
        revision = self.facts.revision
        if revision is None:
            raise AssertionError("nothing was written")
        return revision

    def _count(self, kind: type) -> int:
        return sum(isinstance(fact, kind) for fact in self.happened)
