"""The gate: what still stands between a reply and the world.

`blockers` is the only place that decides. Empty means that the reply may go; it unlocks a choice
and sends nothing. It is asked by the case page, by the use case that puts a reply in the outbox,
by the sender again inside its claiming transaction, and by the command line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from calmreply.domain import agreements, calm, emergency
from calmreply.domain.alone import Step, alone, self_review
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
    SelfReview,
    SelfReviewNight,
    SignOffLapsed,
    TooLong,
    Unfilled,
    Unsure,
    WordingLapsed,
    WordingUnsigned,
)
from calmreply.domain.calm import Wait
from calmreply.domain.case import CaseFacts, ChannelState, Choice, Looked, News, PageRead
from calmreply.domain.mention import Visibility
from calmreply.domain.moment import SERVER, Now
from calmreply.domain.outbox import Entry, EntryId, State, state
from calmreply.domain.people import PersonId, Presence
from calmreply.domain.plan import unfilled
from calmreply.domain.policy import Policy
from calmreply.domain.private import PrivateKind, private_words
from calmreply.domain.reply import ReplyKind, Words
from calmreply.domain.review import Tick
from calmreply.domain.sign_off import SignOffState, Standing, holding, sign_off_state
from calmreply.domain.wordings import Stands


def blockers(
    facts: CaseFacts, rules: Policy, now: Now, leaving_out: EntryId | None = None
) -> tuple[Blocker, ...]:
    """Everything in the way of the present reply, in the order in which a person meets it.

    `rules` are the effective ones for the case (`policy.effective`). `leaving_out` is the outbox
    entry on whose behalf the sender asks: it must carry the present words, and the looks must have
    been fresh when the person said Send for it, not when it is tried.
    """
    entry = next((one for one in facts.entries if one.id == leaving_out), None)
    waits = _waits(facts, rules, now)
    return (
        *dict.fromkeys(_sending(facts, now, leaving_out)),
        *_reading(facts),
        *([] if facts.judged else [NotJudged()]),
        *_cooling(facts, now, waits),
        *_words(facts, rules, now),
        *_second_person(facts, rules, now),
        *_looks(facts, rules, now, waits, entry),
        *_channel(facts),
    )


def holding_blockers(
    facts: CaseFacts,
    words: Words,
    channel: ChannelState,
    now: Now,
    leaving_out: EntryId | None = None,
    *,
    wording: Stands = Stands.SIGNED,
    private: tuple[tuple[PrivateKind, str], ...] = (),
) -> tuple[Blocker, ...]:
    """What stands in the way of a holding reply with these words: no wait, and once per place.

    It names a time by which they will hear from us, so the wall clock must not be in doubt.
    `wording`: how the plan's wording that it says stands; the program's own need no sign-off.
    `private`: what of the words is a customer's or our own, beside what can be seen of a number.
    """
    sent = [
        entry
        for entry in facts.entries
        if entry.chosen.kind is ReplyKind.HOLDING
        and entry.chosen.place == words.to.place
        and entry.id != leaving_out
    ]
    public = words.visibility is Visibility.PUBLIC
    found = (*private_words(words.text), *private) if public else ()
    changed = not any(facts.said_of_now(read) for read in facts.reads)
    return (
        *(blocker for entry in sent for blocker in _state_of(entry, now)),
        *([_changed(facts, None, facts.reads)] if facts.reads and changed else []),
        *([Empty()] if _blank(words.text) else []),
        *_signed_in_calm(wording),
        *([PrivateData(found)] if found else []),
        *_fits(facts, channel),
        *([ClockUnsure()] if _wall_is_doubtful(now) else []),
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
    """Who must have read it and said how it feels: everybody who wrote, or has begun to.

    Somebody who has left cannot be asked again; the waits they began go on.
    """
    return tuple(who for who in _whose_waits(facts) if not _left(facts, who))


def _whose_waits(facts: CaseFacts) -> tuple[PersonId, ...]:
    wrote = calm.writers(facts)
    here = any(not _left(facts, who) for who in wrote)
    felt = () if here else tuple(said.by for said in facts.feelings)
    drafting = tuple(draft.by for draft in facts.drafts if draft.differs)
    return tuple(dict.fromkeys((*wrote, *felt, *drafting)))


def _left(facts: CaseFacts, who: PersonId) -> bool:
    person = facts.person(who)
    return person is not None and person.presence is Presence.LEFT


def _waits(facts: CaseFacts, rules: Policy, now: Now) -> _Waits:
    held = _held(facts)
    hurried = emergency.waits(facts, rules, now)
    person = (
        calm.person_waits(facts, rules, now, who, hurried=hurried) for who in _whose_waits(facts)
    )
    unfelt: tuple[PersonId | None, ...] = tuple(w for w in held if not calm.has_felt(facts, w))
    return _Waits(
        tuple(wait for waits in person for wait in waits),
        calm.text_wait(facts, rules, now, hurried=hurried),
        unfelt if held else (None,),
    )


def _sending(facts: CaseFacts, now: Now, leaving_out: EntryId | None) -> Iterator[Blocker]:
    """What other entries say: of the present reply, or of an earlier one that is still going."""
    present = facts.reply
    if facts.answered_outside:
        yield AlreadySent()
    for entry in facts.entries:
        if entry.id == leaving_out or entry.chosen.kind is ReplyKind.HOLDING:
            continue
        of_present = present is not None and entry.chosen.reply == present.reply
        if of_present or state(entry, now) is not State.SENT:
            yield from _state_of(entry, now)


def _state_of(entry: Entry, now: Now) -> Iterator[Blocker]:
    match state(entry, now):
        case State.SENT:
            yield AlreadySent()
        case State.IN_FLIGHT:
            yield InFlight(entry.by_hand)
        case State.UNSURE:
            yield Unsure()
        case State.READY | State.WAITING | State.REFUSED | State.CANCELLED:
            pass


def _reading(facts: CaseFacts) -> Iterator[Blocker]:
    held = _held(facts)
    if not held:
        anyone = any(facts.said_of_now(read) for read in facts.reads)
        if not anyone:
            yield _changed(facts, None, facts.reads) if facts.reads else NotRead(None)
        return
    for who in held:
        if calm.has_read(facts, who):
            continue
        before = [read for read in facts.reads if read.by == who]
        yield _changed(facts, who, before) if before else NotRead(who)


def _changed(facts: CaseFacts, who: PersonId | None, reads: Sequence[PageRead]) -> MentionChanged:
    """It is not as it was when it was read last."""
    return MentionChanged(who, facts.news_since(reads[-1]) or News.CHANGED)


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
    if any(wait.over_if_clock_is_right for wait in waits.all):
        yield ClockUnsure(shared=now.reading.boot == SERVER)


def _signed_in_calm(wording: Stands) -> Iterator[Blocker]:
    match wording:
        case Stands.SIGNED:
            pass
        case Stands.NOT_SIGNED:
            yield WordingUnsigned()
        case Stands.LAPSED:
            yield WordingLapsed()


def _wall_is_doubtful(now: Now) -> bool:
    boot = now.boot_of(now.reading)
    return boot is not None and not boot.believable


def _blank(text: str) -> bool:
    """Whether there is nothing in it that could be seen."""
    return not any(char.isprintable() and not char.isspace() for char in text)


def _words(facts: CaseFacts, rules: Policy, now: Now) -> Iterator[Blocker]:
    revision = facts.revision
    if revision is None or _blank(revision.words.text):
        yield Empty()
        return
    signed = holding(facts, rules, now)
    words = revision.words
    left = tuple(dict.fromkeys(slot.value for _from, _to, slot in unfilled(words.text)))
    if left:
        yield Unfilled(left)
    offer = words.offer
    if offer is not None:
        limit = _offer_limit(facts, (revision.by, *(one.by for one in signed)))
        if offer.amount > limit:
            yield OfferAboveLimit(offer.amount, limit, offer.currency)
    found = agreements.still_private(facts, (*private_words(words.text), *facts.private))
    agreed = any(Tick.NOT_PRIVATE in one.ticks for one in signed)
    if found and words.visibility is Visibility.PUBLIC and not agreed:
        yield PrivateData(found)


def _offer_limit(facts: CaseFacts, behind: tuple[PersonId, ...]) -> int:
    """The most that anybody who stands behind the words may grant."""
    people = [facts.person(person) for person in behind]
    return max((person.may_offer for person in people if person and person.active), default=0)


def _second_person(facts: CaseFacts, rules: Policy, now: Now) -> Iterator[Blocker]:
    kind = calm.effective_kind(facts, rules)
    standing = sign_off_state(facts, rules, now)
    changes = standing.changes
    if standing.standing is Standing.CHANGES_ASKED and changes is not None:
        yield ChangesWanted(changes.by, changes.text)
    elif standing.standing is not Standing.SIGNED and (rules.needs_sign_off(kind) or changes):
        if alone(facts.people, now) is None:
            yield _missing(standing)
        elif not emergency.unreviewed(facts, now):
            yield from _self_review(facts, rules, now)


def _self_review(facts: CaseFacts, rules: Policy, now: Now) -> Iterator[Blocker]:
    """What takes the second person's place where there is none."""
    review = self_review(facts, rules, now)
    match review.step:
        case Step.FIRST:
            yield SelfReview()
        case Step.NIGHT if review.at is not None:
            yield SelfReviewNight(review.at)
        case Step.NIGHT | Step.FINAL:
            yield SelfReview(final=True, possible_at=review.at)
        case Step.DONE:
            pass


def _missing(standing: SignOffState) -> Blocker:
    if standing.standing is Standing.LAPSED:
        return SignOffLapsed(standing.unanswered)
    return NeedsSecondPerson(standing.asked.reviewer if standing.asked else None)


def _looks(
    facts: CaseFacts, rules: Policy, now: Now, waits: _Waits, entry: Entry | None
) -> Iterator[Blocker]:
    """The last choice for these words counts, and only if it was made after all the waits.

    Looking again is looking at the page, too: so only one of the two is asked for.
    """
    ends = [wait.ends(now) for wait in waits.all]
    known = waits.text is not None and not waits.unfelt
    possible = max(ends) if known else None
    look = _last_look(facts)
    chosen = look is not None and look.choice is Choice.SEND
    if look is None or not chosen or any(_too_early(look, wait, now) for wait in waits.all):
        yield SecondLook(possible)
        return
    age = now.between(look.at, entry.asked.at if entry else now.reading).at_most
    other = entry is not None and entry.chosen.revision != look.revision
    if age > timedelta(minutes=rules.look_holds) or other:
        yield SecondLook(possible, lapsed=True)
    elif _page_is_theirs(facts) and age > timedelta(minutes=rules.page_look_holds):
        yield LookAtPage()


def _page_is_theirs(facts: CaseFacts) -> bool:
    """Whether only the person can look at the page: the app has no way to do it by itself."""
    return bool(facts.mention.url) and facts.channel is not None and not facts.channel.can_look


def _too_early(look: Looked, wait: Wait, now: Now) -> bool:
    """Whether the wait was not over then, or had not even begun: some waits take no time."""
    began_later = now.between(look.at, wait.began).at_most > timedelta(0)
    return began_later or now.between(wait.began, look.at).sure < wait.length


def _last_look(facts: CaseFacts) -> Looked | None:
    """The last look at the present words beside the mention as it stands now."""
    revision = facts.revision
    looks = [
        looked
        for looked in facts.of(Looked)
        if revision and looked.revision == revision.revision and facts.said_of_now(looked)
    ]
    return looks[-1] if looks else None


def _channel(facts: CaseFacts) -> Iterator[Blocker]:
    revision, channel = facts.revision, facts.channel
    if revision is None:
        if facts.paused:
            yield Paused()
        return
    if channel is None:
        channel = ChannelState(revision.words.to.channel, connected=False)
    yield from _fits(facts, channel)


def _fits(facts: CaseFacts, channel: ChannelState) -> Iterator[Blocker]:
    """What the channel itself has against it, whatever the reply."""
    if facts.paused:
        yield Paused()
    if not channel.connected:
        yield NotConnected(channel.kind)
    if channel.max_length is not None and channel.length > channel.max_length:
        yield TooLong(channel.length, channel.max_length)
