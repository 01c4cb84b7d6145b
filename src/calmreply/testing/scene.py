"""Where a sample case plays: the clock, the customer, the staff, the rules, and what is on record.

`testing.builders` adds the steps that people take in it.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Self

from calmreply.domain import gate, people, review
from calmreply.domain.blockers import Blocker
from calmreply.domain.case import CaseFact, CaseFacts, ChannelState, Draft, TheyAnswered
from calmreply.domain.mention import (
    CaseId,
    Mention,
    MentionId,
    MentionVersion,
    Origin,
    Stars,
    Visibility,
    numbered,
)
from calmreply.domain.moment import Boot, Now, Reading, confirm, observe
from calmreply.domain.outbox import Entry, EntryId
from calmreply.domain.people import Person, PersonId, Presence
from calmreply.domain.policy import Policy, effective
from calmreply.domain.review import SignedOff
from calmreply.domain.stage import Stage, stage
from calmreply.testing.clock import FakeClock

PAGE = "https://reviews.example/bakery/17"
STAFF = {"ana": 0, "ben": 0, "tom": 2_000, "mia": 10_000}
"""Who works at the sample shop, by id, and what each may offer (in cents)."""


class Scene:
    """`rules_at_start` are in force when the case begins, `today` those in force now."""

    def __init__(
        self,
        *,
        text: str = "The bread was from yesterday, and nobody cared.",
        author: str = "Robin Sample",
        stars: Stars | None = None,
        visibility: Visibility = Visibility.PUBLIC,
        url: str | None = PAGE,
        published: datetime | None = None,
        rules: Policy | None = None,
        clock: FakeClock | None = None,
    ) -> None:
        self.clock = clock or FakeClock()
        self.boots: tuple[Boot, ...] = ()
        self.happened: list[CaseFact] = []
        self.rules_at_start = self.today = rules or Policy()
        self.drafts: tuple[Draft, ...] = ()
        self.paused = False
        self.earlier: tuple[Mention, ...] = ()
        self._about: EntryId | None = None
        self.channel: ChannelState | None = ChannelState("hand", connected=True)
        start = self.reading
        self.people = tuple(_person(name, limit, start) for name, limit in STAFF.items())
        self.mention = Mention(
            id=MentionId("mention-1"),
            case=CaseId("case-1"),
            source=None,
            origin=Origin.PASTE,
            title="",
            url=url,
            site="Reviews",
            published=published,
            heard=start.wall,
            contact="",
            promise=None,
            versions=(MentionVersion(1, text, author, stars, visibility, start.wall),),
        )

    # --- what is on record ------------------------------------------------------------------

    @property
    def reading(self) -> Reading:
        """The clocks, looked at now; the look is saved, as the product does."""
        reading = self.clock.read()
        self.boots = observe(self.boots, reading)
        return reading

    @property
    def now(self) -> Now:
        reading = self.reading
        return Now(reading, self.boots)

    @property
    def rules(self) -> Policy:
        """The effective ones."""
        return effective(self.rules_at_start, self.today)

    @property
    def facts(self) -> CaseFacts:
        facts = CaseFacts(
            id=CaseId("case-1"),
            business="business-1",
            mention=self.mention,
            rules_at_start=self.rules_at_start,
            facts=tuple(self.happened),
            people=self.people,
            channel=self.channel,
            genuine=_genuine(self.happened),
            paused=self.paused,
            earlier=self.earlier,
        )
        said = facts.revision.words.text if facts.revision else ""
        drafts = (replace(draft, differs=draft.text != said) for draft in self.drafts)
        return replace(facts, drafts=tuple(drafts))

    def blockers(self, leaving_out: EntryId | None = None) -> tuple[Blocker, ...]:
        return gate.blockers(self.facts, self.rules, self.now, leaving_out)

    def kinds(self, leaving_out: EntryId | None = None) -> list[str]:
        """The kinds of everything in the way, in order."""
        return [blocker.kind for blocker in self.blockers(leaving_out)]

    def stage(self) -> Stage:
        return stage(self.facts, self.rules, self.now)

    @property
    def entry(self) -> Entry:
        """The outbox entry that is spoken of: the newest one, unless `about` chose another."""
        entries = self.facts.entries
        return next((one for one in entries if one.id == self._about), entries[-1])

    def about(self, entry: EntryId | None) -> Self:
        """Speak of that outbox entry from now on; None: of the newest one again."""
        self._about = entry
        return self

    def put(self, *facts: CaseFact) -> Self:
        """Put facts on record as they are."""
        self.happened += facts
        return self

    # --- the clock --------------------------------------------------------------------------

    def advance(self, **time: float) -> Self:
        """Let time pass: `days`, `hours`, `minutes`, `seconds`."""
        self.clock.advance(**time)
        _ = self.reading
        return self

    def reboot(self, late: timedelta = timedelta(0), **off: float) -> Self:
        """Switch the computer off for that long and on again, and after `late` the program."""
        self.clock.reboot(timedelta(**off))
        self.clock.advance(seconds=late.total_seconds())
        _ = self.reading
        return self

    def step_wall(self, **by: float) -> Self:
        """Somebody sets the wall clock."""
        self.clock.step_wall(timedelta(**by))
        _ = self.reading
        return self

    def connect(self, outside: datetime | None = None) -> Self:
        """An answer from the outside tells the time: the same as ours unless said otherwise."""
        self.boots = confirm(self.boots, self.clock.read(), outside or self.clock.wall)
        return self

    # --- the customer, the shop and its rules -----------------------------------------------

    def edited(self, text: str | None = None, **changes: Any) -> Self:
        """The mention is there with other words, or as `changes` of its version say."""
        before = self.mention.now
        said = text or (before.text if changes else f"{before.text} Nobody said sorry.")
        after = replace(before, number=before.number + 1, text=said, heard=self.clock.wall)
        self.mention = replace(
            self.mention, versions=(*self.mention.versions, replace(after, **changes))
        )
        return self

    def answered(self, text: str = "And the second loaf?", **changes: Any) -> Self:
        """They come back: another turn, with these words and `changes` of the mention."""
        now, number = self.clock.wall, len(self.earlier) + 2
        version = MentionVersion(1, text, self.mention.now.author, None, Visibility.PUBLIC, now)
        turn = TheyAnswered(MentionId(f"mention-{number}"), self.facts.next_turn, self.reading)
        came = replace(self.mention, id=turn.mention, published=None, heard=now, gone=None)
        self.earlier = (*self.earlier, self.mention)
        self.mention = numbered(replace(came, versions=(version,), **changes), turn.version)
        return self.put(turn)

    def person(self, who: str, presence: Presence) -> Self:
        gone = self.reading if presence is Presence.LEFT else None
        self.people = tuple(
            replace(one, presence=presence, gone=gone) if one.id == who else one
            for one in self.people
        )
        return self

    def only(self, who: str = "ana") -> Self:
        """Nobody else was ever here."""
        self.people = tuple(one for one in self.people if one.id == who)
        return self

    def comes_in(self, who: str, may_offer: int = 0) -> Self:
        """Somebody comes in now."""
        self.people = (*self.people, _person(who, may_offer, self.reading))
        return self

    def rules_now(self, **changes: Any) -> Self:
        """Today's rules change; the case keeps those it began with."""
        self.today = replace(self.today, **changes)
        return self

    def via(self, channel: ChannelState | None) -> Self:
        self.channel = channel
        return self


def fake_signature(key_id: str, message: bytes) -> bytes:
    """A stand-in for a signature: whoever changes a bit of the message has another one."""
    return hashlib.sha512(key_id.encode() + b"\0" + message).digest()


def _genuine(facts: list[CaseFact]) -> frozenset[str]:
    return frozenset(
        fact.request
        for fact in facts
        if isinstance(fact, SignedOff)
        and fact.key_id == f"{fact.by}.1"
        and fact.signature == fake_signature(fact.key_id, review.signed_bytes(fact.record))
    )


def _person(name: str, may_offer: int, since: Reading) -> Person:
    public = hashlib.sha256(name.encode()).digest()
    key = (f"{name}.1", public)
    enrolled = people.Enrolled(
        PersonId(name), name.capitalize(), *key, b"", since, may_offer=may_offer
    )
    return people.people_from([enrolled])[0]
