"""What was said in a case, by them and by us, in its order: as it would stand on a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from calmreply.app.facts import Known
from calmreply.domain import due
from calmreply.domain.case import AnsweredOutside, TheyAnswered
from calmreply.domain.mention import Mention
from calmreply.domain.outbox import Entry, SendChosen
from calmreply.domain.reply import ReplyKind


@dataclass(frozen=True, slots=True)
class Theirs:
    """A turn of theirs; `at` (UTC) is when they said it, or else when it was heard."""

    mention: Mention
    at: datetime


@dataclass(frozen=True, slots=True)
class Ours:
    """What we said, and where it stands, as far as that is known.

    `by` is who sent it. `entry` is None for what was answered outside the program.
    """

    text: str
    by: str
    at: datetime
    link: str = ""
    entry: Entry | None = None

    @property
    def holding(self) -> bool:
        return self.entry is not None and self.entry.chosen.kind is ReplyKind.HOLDING


def conversation(known: Known) -> tuple[Theirs | Ours, ...]:
    """All of it: each turn of theirs, and each answer of ours that has arrived.

    In the order of the journal, since clocks may have been set in between.
    """
    facts, now = known.facts, known.now
    later = {mention.id: mention for mention in facts.conversation[1:]}
    entries = {entry.id: entry for entry in facts.entries}
    found: list[Theirs | Ours] = [_theirs(facts.conversation[0])]
    for fact in facts.facts:
        match fact:
            case TheyAnswered() if fact.mention in later:
                found.append(_theirs(later[fact.mention]))
            case AnsweredOutside():
                at = due.said_outside(fact, now)
                found.append(Ours(fact.text, facts.name(fact.by), at, fact.url))
            case SendChosen() if (arrived := due.sent_at(entries[fact.entry])) is not None:
                found.append(_ours(known, entries[fact.entry], now.wall_of(arrived)))
            case _:
                pass
    return tuple(found)


def _theirs(mention: Mention) -> Theirs:
    return Theirs(mention, min(mention.published or mention.heard, mention.heard))


def _ours(known: Known, entry: Entry, at: datetime) -> Ours:
    facts, chosen = known.facts, entry.chosen
    written = facts.revisions_of(chosen.reply)
    text = next((one.words.text for one in written if one.revision == chosen.revision), "")
    return Ours(text, facts.name(chosen.by), at, entry.link, entry)
