"""What the list reads, on a reader's thread: its first page, and what of it is another by now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from calmreply.app import queries
from calmreply.app.listening import listen
from calmreply.domain.stage import Stage

if TYPE_CHECKING:
    from calmreply.app.home import Home
    from calmreply.app.inbox_lines import InboxLine
    from calmreply.app.queries import Overview
    from calmreply.domain.mention import CaseId, MentionId

FIRST_PAGE = 200
"""Ids that are shown at once; the rest follows."""
FIRST_ROWS = 24
"""Rows that are read with them: what is seen of the list on a high screen."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list shows: a stage, or words in all stages or in that one only."""

    stage: Stage = Stage.NEW
    words: str = ""
    only_here: bool = False

    @property
    def scope(self) -> Stage | None:
        return None if self.words and not self.only_here else self.stage


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one read brought. `whole`: there are no more ids than these."""

    wanted: Wanted
    view: Overview
    ids: tuple[MentionId, ...]
    lines: tuple[InboxLine, ...]
    whole: bool
    has_sources: bool


def load(home: Home, wanted: Wanted, view: Overview | None = None) -> Loaded:
    """Read the first ids and rows; `view` spares deriving the stages again."""
    view = view or queries.overview(home)
    ids, lines, has_sources = queries.beginning(
        home, view, wanted.scope, wanted.words, ids=FIRST_PAGE + 1, rows=FIRST_ROWS
    )
    return Loaded(
        wanted=wanted,
        view=view,
        ids=ids[:FIRST_PAGE],
        lines=lines,
        whole=len(ids) <= FIRST_PAGE,
        has_sources=has_sources,
    )


def first_page(home: Home) -> Loaded:
    """What the window shows first: what needs somebody, or else what is new."""
    view = queries.overview(home)
    stage = Stage.NEEDS_YOU if view.counts[Stage.NEEDS_YOU] else Stage.NEW
    return load(home, Wanted(stage), view)


def look_again(
    home: Home, wanted: Wanted, before: Overview | None, *, moved: bool
) -> tuple[Overview, tuple[MentionId, ...] | None, bool]:
    """The stages and all ids as they are now; no ids (None) if they can only be the same.

    `moved`: mentions came or went since `before` was read. Where the states are as they were, they
    are the very same object.
    """
    view = queries.overview(home)
    if before is not None and before.states == view.states:
        view = replace(view, states=before.states)
    ids = None
    if moved or before is None or _stages(before) != _stages(view):
        ids = queries.mention_ids(home, view, wanted.scope, wanted.words)
    return view, ids, bool(listen.sources(home))


def mention_of(home: Home, case: CaseId) -> MentionId:
    with home.store.read() as tx:
        return tx.case(case).mention


def _stages(view: Overview) -> dict[CaseId, Stage]:
    return {case: state.stage for case, state in view.states.items()}
