"""Read models: what lists and pages show. Nothing here decides or writes.

Stages are derived. Cases that a person ended are told apart by the kind of their last line; only
the cases that are really on somebody's desk are folded and put to the gate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from itertools import islice
from zoneinfo import ZoneInfo

from calmreply.app import facts
from calmreply.app.cases import gathered, promises
from calmreply.app.cases.gathered import Event
from calmreply.app.facts import Known, Shared
from calmreply.app.home import BUSINESS_NAME, Home
from calmreply.app.inbox_lines import CaseState, InboxLine
from calmreply.app.ledger import present
from calmreply.app.listening import urgent
from calmreply.app.ports.storage import InboxRow, ReadTransaction, Scope, Source, StoredDraft
from calmreply.app.teamwork import own_files, poller
from calmreply.domain import calm, due, emergency, own_site
from calmreply.domain import outbox as outbox_of
from calmreply.domain.blockers import Blocker
from calmreply.domain.calm import Wait
from calmreply.domain.debrief import DebriefDated
from calmreply.domain.due import TheirClock
from calmreply.domain.gate import blockers
from calmreply.domain.mention import CaseId, MentionId, SourceId
from calmreply.domain.moment import Now
from calmreply.domain.outbox import Entry, State, state
from calmreply.domain.people import Person
from calmreply.domain.policy import Kind
from calmreply.domain.said import EmergencyDeclared
from calmreply.domain.sign_off import SignOffState, Standing, sign_off_state
from calmreply.domain.stage import Stage, stage

Touched = Sequence[tuple[CaseId, str, int]]
SURELY_ENDED = {"debriefed": Stage.CLOSED, "set_aside": Stage.SET_ASIDE}


@dataclass(frozen=True, slots=True)
class Overview:
    """All touched cases with their states, and how many mentions stand in each stage."""

    at: datetime
    zone: str
    states: Mapping[CaseId, CaseState]
    counts: Mapping[Stage, int]
    business: str
    next_change: datetime | None

    def state(self, case: CaseId | None, *, older: bool) -> CaseState:
        if case is None or older:
            return CaseState(Stage.OLDER)
        return self.states.get(case, CaseState(Stage.NEW))


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything the case page shows. `answer_by` (UTC) is what a holding reply promised.

    `talk_over_by`: until when an emergency that nobody reviewed is to be debriefed.
    """

    known: Known
    stage: Stage
    kind: Kind | None
    blockers: tuple[Blocker, ...]
    waits: tuple[Wait, ...]
    text_wait: Wait | None
    first_word: TheirClock
    full_reply: TheirClock
    sign_off: SignOffState
    drafts: tuple[StoredDraft, ...]
    entries: tuple[tuple[Entry, State], ...]
    answer_by: datetime | None
    emergency: EmergencyDeclared | None = None
    talk_over_by: datetime | None = None

    @property
    def wall(self) -> datetime:
        return self.known.now.wall


@dataclass(frozen=True, slots=True)
class ListeningPage:
    """Sources as they stand, with the present wall time (UTC) to tell how long ago."""

    sources: tuple[Source, ...]
    at: datetime
    zone: str
    elsewhere: str = ""
    """What the other computer of the team is called that asks them, where this one does not."""
    files: Mapping[SourceId, str] = field(default_factory=dict)
    """Sources that are a file on another computer of the team, and what that is called."""


def overview(home: Home) -> Overview:
    """The states of all touched cases. Its cost grows with the open cases, not with the inbox."""
    with home.store.read() as tx:
        common = facts.shared(home, tx)
        touched = tx.touched_cases()
        states = _states(home, tx, common, touched)
        counts = _counts(tx, states, touched)
        all_times = (at for one in states.values() for at in (one.until, one.turns))
        times = [at for at in all_times if at is not None and at > common.now.wall]
        return Overview(
            at=common.now.wall,
            zone=common.rules.zone,
            states=states,
            counts=counts,
            business=tx.setting(BUSINESS_NAME) or "",
            next_change=min(times, default=None),
        )


def mention_ids(
    home: Home,
    view: Overview,
    wanted: Stage | None = None,
    words: str = "",
    limit: int | None = None,
) -> tuple[MentionId, ...]:
    """The mentions of a stage (None: all), or of those the ones that hold all words."""
    with home.store.read() as tx:
        return _ids(tx, view, wanted, words, limit)


def beginning(
    home: Home, view: Overview, wanted: Stage | None, words: str, *, ids: int, rows: int
) -> tuple[tuple[MentionId, ...], tuple[InboxLine, ...], bool]:
    """The first `ids` mentions, the lines of the first `rows`, and whether there are sources."""
    with home.store.read() as tx:
        found = _ids(tx, view, wanted, words, ids)
        first = _lines(home, tx, view, found[:rows])
        return found, first, bool(tx.sources())


def lines(home: Home, view: Overview, mentions: Sequence[MentionId]) -> tuple[InboxLine, ...]:
    """The lines of these mentions, in that order."""
    with home.store.read() as tx:
        return _lines(home, tx, view, mentions)


def inbox(
    home: Home, wanted: Stage | None = None, words: str = "", limit: int | None = None
) -> tuple[InboxLine, ...]:
    """The inbox in one call, newest first."""
    view = overview(home)
    return lines(home, view, mention_ids(home, view, wanted, words, limit))


def case_page(home: Home, case: CaseId) -> CasePage:
    """Raises KnownError `no_such_case`."""
    with home.store.read() as tx:
        known = facts.load(home, tx, case)
        drafts = tx.drafts(case)
    told, rules, now = known.facts, known.rules, known.now
    people = calm.writers(told) or tuple(dict.fromkeys(said.by for said in told.feelings))
    hurried = emergency.waits(told, rules, now)
    waits = [
        calm.longest(calm.person_waits(told, rules, now, person, hurried=hurried))
        for person in people
    ]
    return CasePage(
        known=known,
        stage=stage(told, rules, now),
        kind=_kind(known),
        blockers=blockers(told, rules, now),
        waits=tuple(wait for wait in waits if wait is not None),
        text_wait=calm.text_wait(told, rules, now, hurried=hurried),
        first_word=due.first_word(told, rules, now),
        full_reply=due.full_reply(told, rules, now),
        sign_off=sign_off_state(told, rules, now),
        drafts=drafts,
        entries=tuple((entry, state(entry, now)) for entry in told.entries),
        answer_by=promises.answer_by(known),
        emergency=emergency.declared(told),
        talk_over_by=emergency.to_talk_over(told, now),
    )


def timeline(home: Home, case: CaseId) -> tuple[Event, ...]:
    """What happened in a case, in order."""
    with home.store.read() as tx:
        return tuple(gathered.events(tx, case, present(home, tx)))


def listening(home: Home) -> ListeningPage:
    with home.store.read() as tx:
        rules = facts.rules_in_force(tx)[1]
        other = poller.listens_elsewhere(home, tx)
        sources = tx.sources()
        files = own_files.everywhere(home, tx, sources)
        return ListeningPage(sources, present(home, tx).wall, rules.zone, other, files)


def waiting_for(home: Home, person: Person) -> tuple[CaseId, ...]:
    """Cases in which this person has been asked for a second look and has not answered."""
    with home.store.read() as tx:
        common = facts.shared(home, tx)
        found = []
        for known in facts.load_all(home, tx, not_ended(tx.touched_cases()), common):
            state_now = sign_off_state(known.facts, known.rules, known.now)
            asked = state_now.asked if state_now.standing is Standing.ASKED else None
            if asked is not None and asked.reviewer == person.id and _open(known):
                found.append(known.facts.id)
        return tuple(found)


def now(home: Home) -> Now:
    with home.store.read() as tx:
        return present(home, tx)


def _open(known: Known) -> bool:
    """Whether the words asked about may still be answered with, whatever else is going on."""
    over = (Stage.SET_ASIDE, Stage.CLOSED, Stage.TO_DEBRIEF, Stage.FOLLOW_UP)
    return stage(known.facts, known.rules, known.now) not in over


def not_ended(touched: Touched) -> tuple[CaseId, ...]:
    return tuple(case for case, last, _mentions in touched if last not in SURELY_ENDED)


def _states(
    home: Home, tx: ReadTransaction, common: Shared, touched: Touched
) -> dict[CaseId, CaseState]:
    """Of all touched cases, oldest first; only those are folded whose last line leaves it open."""
    open_ones = facts.load_all(home, tx, not_ended(touched), common)
    folded = {known.facts.id: _case_state(known) for known in open_ones}
    return {
        case: CaseState(SURELY_ENDED[last]) if last in SURELY_ENDED else folded[case]
        for case, last, _mentions in touched
    }


def _case_state(known: Known) -> CaseState:
    told, rules, at = known.facts, known.rules, known.now
    here = stage(told, rules, at)
    times = [held.clears_at for held in blockers(told, rules, at) if held.clears_at]
    asked = sign_off_state(told, rules, at).asked
    entries = told.entries
    return CaseState(
        stage=here,
        kind=_kind(known),
        until=max(times, default=None),
        reviewer=told.name(asked.reviewer) if asked and here is Stage.WITH_REVIEWER else "",
        entry=state(entries[-1], at) if entries else None,
        turns=min(_turns(known, here), default=None),
        by_hand=bool(entries) and entries[-1].by_hand,
        begun=bool(told.in_turn(object)),
        let_through=not own_site.waits(told),
    )


def _turns(known: Known, here: Stage) -> Iterator[datetime]:
    now, told = known.now, known.facts
    for entry in told.entries:
        if state(entry, now) is State.IN_FLIGHT:
            holds = outbox_of.BY_HAND_HOLDS if entry.by_hand else outbox_of.LEASE
            began = [fact for fact in entry.happened if isinstance(fact, outbox_of.AttemptBegan)]
            yield now.wall_of(began[-1].at) + holds
    dated = told.last(DebriefDated)
    if dated is not None and here is Stage.CLOSED:
        morning = datetime.combine(dated.day, time(), ZoneInfo(known.rules.zone))
        yield morning.astimezone(UTC)


def _kind(known: Known) -> Kind | None:
    """The kind as far as anything says so; not yet judged alone says nothing."""
    kind = calm.effective_kind(known.facts, known.rules)
    if known.facts.judged is not None:
        return kind
    return kind if calm.complains(known.facts, known.rules) else None


def _counts(
    tx: ReadTransaction, states: Mapping[CaseId, CaseState], touched: Touched
) -> dict[Stage, int]:
    counts = dict.fromkeys(Stage, 0)
    for case, _last, mentions in touched:
        counts[states[case].stage] += mentions
    older = tx.count(Scope.OLDER)
    counts[Stage.OLDER] += older
    # What is left is untouched. To count those one by one is what a server is slowest at.
    counts[Stage.NEW] += tx.count(Scope.ALL) - older - sum(each for *_case, each in touched)
    return counts


def _ids(
    tx: ReadTransaction, view: Overview, wanted: Stage | None, words: str, limit: int | None
) -> tuple[MentionId, ...]:
    if words.strip():
        return _searched(tx, view, wanted, words, limit)
    match wanted:
        case None:
            return tx.mention_ids(Scope.ALL, limit=limit)
        case Stage.NEW:
            return _new(tx, view, limit)
        case Stage.OLDER:
            return tx.mention_ids(Scope.OLDER, limit=limit)
        case _:
            cases = [case for case, one in view.states.items() if one.stage is wanted]
            return tx.mentions_of_cases(cases)[:limit]


def _new(tx: ReadTransaction, view: Overview, limit: int | None) -> tuple[MentionId, ...]:
    """Untouched ones, and the few that were touched and are still new."""
    untouched = tx.mention_ids(Scope.UNTOUCHED, limit=limit)
    cases = [case for case, one in view.states.items() if one.stage is Stage.NEW]
    if not cases:
        return untouched
    wanted = {*untouched, *tx.mentions_of_cases(cases)}
    ordered = tx.mention_ids(Scope.ALL)
    return tuple(mention for mention in ordered if mention in wanted)[:limit]


def _searched(
    tx: ReadTransaction, view: Overview, wanted: Stage | None, words: str, limit: int | None
) -> tuple[MentionId, ...]:
    if wanted is None:
        return tx.search(words, limit=limit)
    found = tx.search(words)
    rows = _in_chunks(tx, found)
    fitting = (row.mention for row in rows if view.state(row.case, older=row.older).stage is wanted)
    return tuple(islice(fitting, limit))


def _in_chunks(tx: ReadTransaction, mentions: Sequence[MentionId]) -> Iterable[InboxRow]:
    for start in range(0, len(mentions), 500):
        yield from tx.rows(mentions[start : start + 500])


def _lines(
    home: Home, tx: ReadTransaction, view: Overview, mentions: Sequence[MentionId]
) -> tuple[InboxLine, ...]:
    rows = tx.rows(mentions)
    alarms = urgent.among(tx, rows)
    places = tx.places([row.case for row in rows if row.case is not None])
    return tuple(
        InboxLine(
            row,
            view.state(row.case, older=row.older),
            row.mention in alarms,
            places.get(row.case, 1) if row.case else 1,
            row.private and not row.gone and facts.open_to_all(home, row.kind),
        )
        for row in rows
    )
