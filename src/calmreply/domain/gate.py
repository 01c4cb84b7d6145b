"""The gate: what still stands between a reply and the world.

`blockers` is the only place that decides. Empty means that the reply may go; it unlocks a choice
and sends nothing. It is asked by the case page, by the use case that puts a reply in the outbox,
by the sender again inside its claiming transaction, and by the command line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from calmreply.domain import calm
from calmreply.domain.blockers import (
    AlreadySent,
    Blocker,
    ChangesWanted,
    ClockUnsure,
    CoolingPerson,
    CoolingText,
    Empty,
    FeelingNotSaid,
    InFlight,
    LookAtPage,
    MentionChanged,
    NeedsSecondPerson,
    NotConnected,
    NotJudged,
    NotRead,
    OfferAboveLimit,
    Paused,
    PrivateData,
    SecondLook,
    SignOffLapsed,
    TooLong,
    Unsure,
)
from calmreply.domain.calm import Wait
from calmreply.domain.case import CaseFacts, ChannelState, Choice, Looked
from calmreply.domain.mention import Visibility
from calmreply.domain.moment import Now
from calmreply.domain.outbox import Entry, EntryId, State, state
from calmreply.domain.people import PersonId
from calmreply.domain.policy import Policy
from calmreply.domain.private import private_words
from calmreply.domain.reply import ReplyKind, Words
from calmreply.domain.review import SignedOff, Tick
from calmreply.domain.sign_off import SignOffState, Standing, binds, sign_off_state


def blockers(
    facts: CaseFacts, rules: Policy, now: Now, leaving_out: EntryId | None = None
) -> tuple[Blocker, ...]:
    """Everything in the way of the present reply, in the order in which a person meets it.

    `rules` are the effective ones for the case (`policy.effective`). `leaving_out` is the outbox
    entry on whose behalf the sender asks.
    """
    waits = _waits(facts, rules, now)
    return (
        *_sending(facts, now, leaving_out),
        *_reading(facts),
        *([] if facts.judged else [NotJudged()]),
        *_cooling(facts, now, waits),
        *_words(facts, rules),
        *_second_person(facts, rules, now),
        *_second_look(facts, rules, now, waits),
        *_channel(facts, rules, now),
    )


def holding_blockers(
    facts: CaseFacts,
    words: Words,
    channel: ChannelState,
    now: Now,
    leaving_out: EntryId | None = None,
) -> tuple[Blocker, ...]:
    """What stands in the way of a holding reply with these words: no wait, and once per place."""
    sent = [
        entry
        for entry in facts.entries
        if entry.chosen.kind is ReplyKind.HOLDING
        and entry.chosen.place == words.to.place
        and entry.id != leaving_out
    ]
    found = private_words(words.text) if words.visibility is Visibility.PUBLIC else ()
    present = facts.mention.now.number
    changed = bool(facts.reads) and all(read.version != present for read in facts.reads)
    return (
        *(blocker for entry in sent for blocker in _state_of(entry, now)),
        *([MentionChanged(None)] if changed else []),
        *([PrivateData(found)] if found else []),
        *_fits(facts, channel),
    )


@dataclass(frozen=True, slots=True)
class _Waits:
    """The waits that hold the reply; `unfelt` have yet to say how they feel."""

    person: tuple[Wait, ...]
    text: Wait | None
    unfelt: tuple[PersonId | None, ...]

    @property
    def all(self) -> tuple[Wait, ...]:
        return (*self.person, *([self.text] if self.text else []))


def _held(facts: CaseFacts) -> tuple[PersonId, ...]:
    """Whose reading and feeling count: everybody who wrote, or whoever has begun to."""
    people = calm.writers(facts) or tuple(dict.fromkeys(said.by for said in facts.feelings))
    drafting = tuple(draft.by for draft in facts.drafts if draft.differs)
    return tuple(dict.fromkeys((*people, *drafting)))


def _waits(facts: CaseFacts, rules: Policy, now: Now) -> _Waits:
    held = _held(facts)
    person = [
        wait for who in held if (wait := calm.longest(calm.person_waits(facts, rules, now, who)))
    ]
    unfelt: tuple[PersonId | None, ...] = tuple(w for w in held if not calm.has_felt(facts, w))
    return _Waits(tuple(person), calm.text_wait(facts, rules, now), unfelt if held else (None,))


def _sending(facts: CaseFacts, now: Now, leaving_out: EntryId | None) -> Iterator[Blocker]:
    reply = facts.reply
    for entry in facts.entries_of(reply.reply if reply else None):
        if entry.id != leaving_out:
            yield from _state_of(entry, now)


def _state_of(entry: Entry, now: Now) -> Iterator[Blocker]:
    match state(entry, now):
        case State.SENT:
            yield AlreadySent()
        case State.IN_FLIGHT:
            yield InFlight()
        case State.UNSURE:
            yield Unsure()
        case State.READY | State.WAITING | State.REFUSED | State.CANCELLED:
            pass


def _reading(facts: CaseFacts) -> Iterator[Blocker]:
    held = _held(facts)
    if not held:
        anyone = any(read.version == facts.mention.now.number for read in facts.reads)
        if not anyone:
            yield MentionChanged(None) if facts.reads else NotRead(None)
        return
    for who in held:
        if calm.has_read(facts, who):
            continue
        before = any(read.by == who for read in facts.reads)
        yield MentionChanged(who) if before else NotRead(who)


def _cooling(facts: CaseFacts, now: Now, waits: _Waits) -> Iterator[Blocker]:
    for who in waits.unfelt:
        yield FeelingNotSaid(who)
    longest = calm.longest(tuple(wait for wait in waits.person if not wait.over))
    if longest and longest.whose is not None and longest.feeling is not None:
        yield CoolingPerson(
            longest.whose, longest.feeling, longest.length, longest.left, longest.ends(now)
        )
    text = waits.text
    if text and (not text.over or facts.draft_since):
        writing = facts.draft_since is not None
        yield CoolingText(text.length, text.left, text.ends(now), writing=writing)
    running = [wait for wait in waits.all if not wait.over]
    if running and all(wait.over_if_clock_is_right for wait in running):
        yield ClockUnsure()


def _words(facts: CaseFacts, rules: Policy) -> Iterator[Blocker]:
    revision = facts.revision
    if revision is None or not revision.words.text.strip():
        yield Empty()
        return
    words = revision.words
    offer = words.offer
    if offer is not None:
        limit = _offer_limit(facts, rules)
        if offer.amount > limit:
            yield OfferAboveLimit(offer.amount, limit, offer.currency)
    found = private_words(words.text)
    if found and words.visibility is Visibility.PUBLIC and not _agreed_not_private(facts, rules):
        yield PrivateData(found)


def _offer_limit(facts: CaseFacts, rules: Policy) -> int:
    """The most that anybody who stands behind these words may grant: writer or signer."""
    revision = facts.revision
    behind = [revision.by] if revision else []
    behind += [signed.by for signed in _signed(facts, rules)]
    people = [facts.person(person) for person in behind]
    return max((person.may_offer for person in people if person and person.active), default=0)


def _agreed_not_private(facts: CaseFacts, rules: Policy) -> bool:
    return any(Tick.NOT_PRIVATE in signed.ticks for signed in _signed(facts, rules))


def _signed(facts: CaseFacts, rules: Policy) -> list[SignedOff]:
    """The sign-offs that are for exactly the present words."""
    return [signed for signed in facts.of(SignedOff) if binds(facts, rules, signed)]


def _second_person(facts: CaseFacts, rules: Policy, now: Now) -> Iterator[Blocker]:
    kind = calm.effective_kind(facts, rules)
    standing = sign_off_state(facts, rules, now)
    if standing.standing is Standing.CHANGES_ASKED and standing.changes is not None:
        yield ChangesWanted(standing.changes.by, standing.changes.text)
    elif rules.needs_sign_off(kind) and standing.standing is not Standing.SIGNED:
        yield _missing(standing)


def _missing(standing: SignOffState) -> Blocker:
    if standing.standing is Standing.LAPSED:
        return SignOffLapsed()
    return NeedsSecondPerson(standing.asked.reviewer if standing.asked else None)


def _second_look(facts: CaseFacts, rules: Policy, now: Now, waits: _Waits) -> Iterator[Blocker]:
    revision = facts.revision
    looks = facts.of(Looked)
    for looked in reversed(looks):
        good = (
            revision is not None
            and looked.choice is Choice.SEND
            and looked.revision == revision.revision
            and looked.version == facts.mention.now.number
            and all(now.between(w.began, looked.at).sure >= w.length for w in waits.all)
        )
        if good and now.since(looked.at).at_most <= timedelta(minutes=rules.look_holds):
            return
        if good:
            yield SecondLook(now.wall, lapsed=True)
            return
    ends = [wait.ends(now) for wait in waits.all]
    known = bool(ends) and waits.text is not None and not waits.unfelt
    yield SecondLook(max(ends) if known else None)


def _channel(facts: CaseFacts, rules: Policy, now: Now) -> Iterator[Blocker]:
    channel = facts.channel
    if facts.revision is None or channel is None:
        if facts.paused:
            yield Paused()
        return
    yield from _fits(facts, channel)
    if facts.mention.url and not channel.can_look and _page_look_is_old(facts, rules, now):
        yield LookAtPage()


def _fits(facts: CaseFacts, channel: ChannelState) -> Iterator[Blocker]:
    """What the channel itself has against it, whatever the reply."""
    if facts.paused:
        yield Paused()
    if not channel.connected:
        yield NotConnected(channel.kind)
    if channel.max_length is not None and channel.length > channel.max_length:
        yield TooLong(channel.length, channel.max_length)


def _page_look_is_old(facts: CaseFacts, rules: Policy, now: Now) -> bool:
    """Where the app cannot look by itself: whether the person's look was too long ago.

    Before the first look `second_look` stands in the list, and making it is looking at the page.
    """
    looked = facts.last(Looked)
    holds = timedelta(minutes=rules.page_look_holds)
    return looked is not None and now.since(looked.at).at_most > holds
