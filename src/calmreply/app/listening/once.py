"""Once: of what comes in, which is one matter with a case that is there already.

Asked only for what is new and not older, and about cases that are still open: a new case opens for
what is said after one was closed or set aside. Within one source its own keys tell what is the
same, so only other sources are looked at. What a person brings in gets a case of its own, because
they mean it; what a source brings later may join that. What answers us comes back into its case,
also into one that is over: see `turns`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from calmreply.app import facts
from calmreply.app.cases.turns import Turn, Turns
from calmreply.app.home import Home
from calmreply.app.ledger import Ledger
from calmreply.app.listening import address
from calmreply.app.ports.storage import MARKS_KEPT, MOST_ALIKE
from calmreply.domain import above, alike
from calmreply.domain.alike import Reason, Told
from calmreply.domain.mention import CaseId, Heard, Mention, MentionId, SourceId
from calmreply.domain.names import Name
from calmreply.domain.stage import Stage, ended, stage


@dataclass(frozen=True, slots=True)
class Decided:
    """For each mention of a batch the case it joins, if any, its marks, and how it is a turn."""

    joins: tuple[CaseId | None, ...]
    marks: tuple[tuple[int, ...], ...]
    turns: tuple[Turn | None, ...]


def decide(
    ledger: Ledger,
    source: SourceId | None,
    batch: Sequence[Heard],
    wall: datetime,
    older: Sequence[bool],
    *,
    names: Sequence[Name] = (),
) -> Decided:
    """What joins which case; costs nothing for what is older, and little for what is known.

    `names` are ours.
    """
    fresh = [number for number, old in enumerate(older) if not old]
    new = ledger.tx.new_keys(source, [batch[number].key for number in fresh]) if fresh else ()
    told = {number: heard(batch[number], wall) for number in fresh if batch[number].key in new}
    marks = {number: alike.marks(one) for number, one in told.items()}
    joins: dict[int, CaseId | None] = {}
    turns: dict[int, Turn | None] = {}
    if told and source is not None:
        coming = Turns(ledger, source, [batch[number] for number in told], names)
        turns = {number: coming.of(batch[number]) for number in told}
        search = _Search(ledger, source, wall, {mark for own in marks.values() for mark in own})
        for number, one in told.items():
            turn = turns[number]
            joins[number] = turn.case if turn else search.case_for(one, marks[number])
    numbers = range(len(batch))
    return Decided(
        tuple(joins.get(number) for number in numbers),
        tuple(marks.get(number, ()) for number in numbers),
        tuple(turns.get(number) for number in numbers),
    )


def heard(one: Heard, wall: datetime) -> Told:
    """A mention that comes in, as it is compared."""
    page, site = where(one.url, one.site)
    at = min(one.published or wall, wall)
    title = above.own(one.title)
    return Told(one.author, one.text, title, page, site, one.stars, one.visibility, at)


def stored(one: Mention) -> Told:
    """A mention that is there already, as it is compared."""
    page, site = where(one.url, one.site)
    now, at = one.now, min(one.published or one.heard, one.heard)
    title = above.own(one.title)
    return Told(now.author, now.text, title, page, site, now.stars, now.visibility, at)


def where(url: str | None, site: str) -> tuple[str, str]:
    """The page in its one spelling, unless it is a front page, and the site it stands on."""
    page = address.canonical(url or "")
    name = address.host(page)
    front = page.removeprefix("https://") == name
    return "" if front or not name else page, name or site


class _Search:
    """The candidates of one batch, each read and compared at most once with each mention."""

    def __init__(self, ledger: Ledger, source: SourceId, wall: datetime, marks: set[int]) -> None:
        self._home: Home = ledger.home
        self._ledger = ledger
        self._found = ledger.tx.alike(marks, but=source, since=wall - MARKS_KEPT)
        self._read: dict[MentionId, tuple[CaseId | None, Told]] = {}
        self._stages: dict[CaseId, Stage] = {}

    def case_for(self, one: Told, marks: Sequence[int]) -> CaseId | None:
        """The open case whose first mention it is most surely one matter with."""
        shared = Counter(mention for mark in marks for mention in self._found.get(mark, ()))
        best: tuple[Reason, CaseId] | None = None
        for mention, _marks in shared.most_common(MOST_ALIKE):
            case, other = self._candidate(mention)
            reason = alike.alike(one, other)
            better = reason is not None and (best is None or reason < best[0])
            if better and reason is not None and case is not None and self._open(case, reason):
                best = reason, case
        return best[1] if best else None

    def _candidate(self, mention: MentionId) -> tuple[CaseId | None, Told]:
        if mention not in self._read:
            found = self._ledger.tx.mention(mention)
            self._read[mention] = found.case, stored(found)
        return self._read[mention]

    def _open(self, case: CaseId, reason: Reason) -> bool:
        """Whether the case goes on. After its answer only the very same words belong to it."""
        if case not in self._stages:
            known = facts.load(self._home, self._ledger.tx, case)
            told, rules, now = known.facts, known.rules, known.now
            self._stages[case] = ended(told, rules, now) or stage(told, rules, now)
        here = self._stages[case]
        over = here in (Stage.SET_ASIDE, Stage.CLOSED, Stage.TO_DEBRIEF)
        return not over and not (here is Stage.FOLLOW_UP and reason is Reason.AUTHOR)
