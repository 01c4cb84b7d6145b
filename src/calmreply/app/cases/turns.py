"""Turns: what answers us comes back into its case, whatever had become of that.

It is an answer to us if it answers a reply of ours, or if whoever said it goes on: under their own
words, or in the same thread where the site tells no more. Others who join in there only come to the
case, as long as that goes on, unless they name us.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from calmreply.app import facts
from calmreply.app.facts import Known
from calmreply.app.ledger import Ledger
from calmreply.app.ports.storage import Arrival, Arrived, ReadTransaction, StoredDraft
from calmreply.app.sending.entries import after, entry_of
from calmreply.domain.case import TheyAnswered
from calmreply.domain.mention import CaseId, Heard, Mention, MentionId, SourceId
from calmreply.domain.names import Name, names_us
from calmreply.domain.outbox import (
    EntryId,
    ReplySeen,
    Settled,
    Showing,
    State,
    TryStopped,
    state,
)
from calmreply.domain.reply import ReplyKind, Revised
from calmreply.domain.stage import Stage, ended, stage
from calmreply.domain.trying import may_repeat
from calmreply.i18n import _

GOES_ON_FOR = timedelta(days=90)
"""For how long the same thread alone tells that somebody goes on with the same matter."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The case a mention comes back into. `again`: it wants an answer of its own there.

    `ours`: the outbox entry that it answers, if one.
    """

    case: CaseId
    again: bool
    ours: str = ""


class Turns:
    """Of one batch that comes in from `source`, what belongs to which case."""

    def __init__(
        self, ledger: Ledger, source: SourceId, batch: Sequence[Heard], names: Sequence[Name]
    ) -> None:
        self._ledger = ledger
        self._source = source
        self._names = names
        answers = sorted({one.answers for one in batch if one.answers})
        threads = sorted({one.thread for one in batch if one.thread})
        self._ours = ledger.tx.answered_by(answers) if answers else {}
        # What stands in a thread may be told from its first words, or they from their own key.
        self._keyed = ledger.tx.keyed([*answers, *threads]) if answers or threads else {}
        self._threads = ledger.tx.in_threads(threads) if threads else {}
        self._mentions: dict[MentionId, Mention] = {}
        self._cases: dict[CaseId, Known] = {}

    def of(self, one: Heard) -> Turn | None:
        """Where it belongs; None where nothing says so."""
        ours = self._ours.get(one.answers)
        if ours is not None:
            case, entry = ours
            return Turn(case, self._new_to(one, case), str(entry))
        parents = [*self._found(self._keyed.get(one.answers, ()))]
        for parent, case in parents:
            again = self._theirs(one, parent, case) or names_us(one.text, self._names)
            if again or self._goes_on(case):
                return Turn(case, again and self._new_to(one, case))
        return None if parents else self._in_thread(one)

    def _in_thread(self, one: Heard) -> Turn | None:
        """Where the same person said something in the same thread."""
        there = (*self._threads.get(one.thread, ()), *self._keyed.get(one.thread, ()))
        since = self._ledger.now.wall - GOES_ON_FOR
        for before, case in self._found(there):
            # What a thread is called, only its site knows: another may call one of its own so.
            here = before.source == self._source or _account(one) == _account(before)
            if here and before.heard >= since and _same_author(one, before):
                return Turn(case, self._new_to(one, case))
        return None

    def _found(self, mentions: Sequence[MentionId]) -> Iterator[tuple[Mention, CaseId]]:
        for mention in mentions:
            if mention not in self._mentions:
                self._mentions[mention] = self._ledger.tx.mention(mention)
            found = self._mentions[mention]
            if found.case is not None:
                yield found, found.case

    def _known(self, case: CaseId) -> Known:
        if case not in self._cases:
            self._cases[case] = facts.load(self._ledger.home, self._ledger.tx, case)
        return self._cases[case]

    def _theirs(self, one: Heard, parent: Mention, case: CaseId) -> bool:
        """Whether somebody whom we answer there says it."""
        before = (parent, *self._known(case).facts.conversation)
        return any(_same_author(one, mention) for mention in before)

    def _new_to(self, one: Heard, case: CaseId) -> bool:
        """Whether the case does not have it yet, by way of another source."""
        return not any(
            mention.source != self._source
            and (mention.key == one.key or mention.now.digest == one.digest)
            for mention in self._known(case).facts.conversation
        )

    def _goes_on(self, case: CaseId) -> bool:
        known = self._known(case)
        return ended(known.facts, known.rules, known.now) is None


def begin(ledger: Ledger, turns: Sequence[Turn | None], arrived: Sequence[Arrived]) -> None:
    """Write down the turns among what has just been stored."""
    for one, turn in zip(arrived, turns, strict=True):
        if turn is None or one.arrival is not Arrival.NEW or one.case != turn.case:
            continue
        if turn.ours:
            _settle(ledger, one.mention, turn)
        if turn.again:
            _begin(ledger, one.mention, turn)


def _settle(ledger: Ledger, mention: MentionId, turn: Turn) -> None:
    """Whoever names a reply of ours has it before them: it arrived, whatever is known so far.

    What was never tried cannot be named.
    """
    known = facts.load(ledger.home, ledger.tx, turn.case)
    entry = entry_of(known, EntryId(turn.ours))
    if entry.attempts and state(entry, known.now) is not State.SENT:
        fact = Settled(entry.id, appeared=True, at=ledger.reading, answer=str(mention))
        ledger.record(fact, turn.case, by_program=True)
        after(ledger, turn.case, entry.id)


def _begin(ledger: Ledger, mention: MentionId, turn: Turn) -> None:
    known = facts.load(ledger.home, ledger.tx, turn.case)
    _keep_words(ledger, known)
    fact = TheyAnswered(mention, known.facts.next_turn, ledger.reading, turn.ours)
    ledger.record(fact, turn.case, by_program=True)
    for entry in known.facts.entries:
        # What was over before has been told of, and its words have been kept.
        if state(entry, known.now) in (State.READY, State.WAITING, State.UNSURE):
            stop_overtaken(ledger, turn.case, entry.id)


def stop_overtaken(ledger: Ledger, case: CaseId, entry_id: EntryId) -> None:
    """A reply to what they said before does not leave any more by itself, and says so.

    Asked when they say more, and again when an attempt ends that was under way then, or somebody
    says how it ended. What has not left by it goes back into its writer's editor.
    """
    known = facts.load(ledger.home, ledger.tx, case)
    entry = entry_of(known, entry_id)
    if entry in known.facts.entries_in_turn:
        return
    stands = state(entry, known.now)
    holding = entry.chosen.kind is ReplyKind.HOLDING
    if stands in (State.READY, State.WAITING):
        words = _why_stopped(holding=holding)
    elif stands is State.UNSURE and may_repeat(entry):
        words = _(
            "They said more meanwhile, so it is not sent once more. Say whether it appeared, then "
            "answer what they say now."
        )
    else:
        words = ""
    if words:
        ledger.record(TryStopped(entry.id, ledger.reading, words), case, by_program=True)
        after(ledger, case, entry.id)
    not_left = stands in (State.READY, State.WAITING, State.REFUSED, State.CANCELLED)
    if not_left and not holding and known.facts.revision is None:
        _give_back(ledger, case, known.facts.revisions_of(entry.chosen.reply)[-1])


def _why_stopped(*, holding: bool) -> str:
    if holding:
        return _(
            "They said more before it left, so it does not leave any more. Read what they say now; "
            "you can send a holding reply to that."
        )
    return _(
        "They said more before it left, so it does not leave any more. Read what they say now and "
        "answer that; your words are kept."
    )


def _keep_words(ledger: Ledger, known: Known) -> None:
    """What was written and has not left goes back into its writer's editor: none of it is lost."""
    case, revision = known.facts, known.facts.revision
    over = (Stage.FOLLOW_UP, Stage.SET_ASIDE, Stage.CLOSED, Stage.TO_DEBRIEF)
    if revision is None or stage(case, known.rules, known.now) in over:
        return
    left = (State.IN_FLIGHT, State.UNSURE, State.SENT)
    if any(state(entry, known.now) in left for entry in case.entries_of(revision.reply)):
        return
    _give_back(ledger, case.id, revision)


def _give_back(ledger: Ledger, case: CaseId, revision: Revised) -> None:
    """Unless its writer has other words there by now."""
    if all(draft.by != revision.by for draft in ledger.tx.drafts(case)):
        words, at = revision.words, ledger.reading
        draft = StoredDraft(case, revision.by, None, words.text, words.subject, at)
        ledger.tx.save_draft(draft)


def came_back(ledger: Ledger, returned: Sequence[tuple[str, str]]) -> int:
    """Replies that another server has returned, by the names they left with, and its reasons.

    Returns how many. What nobody had taken for sent is still for a person to say.
    """
    found = 0
    ours = ledger.tx.answered_by([name for name, _why in returned]) if returned else {}
    for name, why in returned:
        if name not in ours:
            continue
        case, entry_id = ours[name]
        known = facts.load(ledger.home, ledger.tx, case)
        entry = entry_of(known, entry_id)
        told = entry.seen is not None and entry.seen.showing is Showing.RETURNED
        if entry.attempts and not told and state(entry, known.now) in (State.SENT, State.UNSURE):
            words = _('The server says: "{why}".').format(why=why.replace('"', "'")) if why else ""
            fact = ReplySeen(entry.id, Showing.RETURNED, ledger.reading, words=words)
            ledger.record(fact, case, by_program=True)
            after(ledger, case, entry.id)
            found += 1
    return found


def in_parts(heard: Sequence[Heard]) -> Iterator[Sequence[Heard]]:
    """In their order, and so that nobody goes on with a matter in the part that it begins in."""
    part: list[Heard] = []
    said: set[tuple[str, str]] = set()
    for one in heard:
        who = _author(one)
        goes_on = who and said & {(who, one.answers), (who, one.thread)} - {(who, "")}
        if goes_on:
            yield part
            part, said = [], set()
        part.append(one)
        said |= {(who, one.key), (who, one.thread)}
    if part:
        yield part


def awaited(tx: ReadTransaction, heard: Sequence[Heard]) -> frozenset[str]:
    """The keys of those that answer a reply of ours, or the words of a case."""
    answers = sorted({one.answers for one in heard if one.answers})
    if not answers:
        return frozenset()
    known = tx.answered_by(answers).keys() | tx.keyed(answers).keys()
    return frozenset(one.key for one in heard if one.answers in known)


def _account(one: Heard | Mention) -> str:
    """By which it is read and answered; something of its own where that is not known."""
    account, _slash, _what = one.target.partition("/")
    return account or one.key


def _author(one: Heard) -> str:
    return one.handle.casefold() or one.contact.casefold() or one.author.casefold()


def _same_author(one: Heard, before: Mention) -> bool:
    """By the surest thing that both tell: the name on the site, how to reach them, the name."""
    pairs = (
        (one.handle, before.handle),
        (one.contact, before.contact),
        (one.author, before.now.author),
    )
    both = next(((new, old) for new, old in pairs if new and old), None)
    return both is not None and both[0].casefold() == both[1].casefold()
