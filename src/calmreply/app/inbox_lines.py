"""A line of the inbox: what is stored of a mention, and what is derived about its case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from calmreply.app.ports.storage import InboxRow
from calmreply.domain.outbox import State
from calmreply.domain.policy import Kind, Policy
from calmreply.domain.stage import Stage


@dataclass(frozen=True, slots=True)
class CaseState:
    """What a list shows of a case.

    `until`: when its waits are over (UTC). `turns`: when else it changes by time alone: a reply
    by hand that nobody told of is in doubt then, a debrief's day has come. `by_hand`: the last
    entry is posted by a person. `begun`: something was done since their last words. `let_through`:
    it is known to be shown to everybody by now.
    """

    stage: Stage
    kind: Kind | None = None
    until: datetime | None = None
    reviewer: str = ""
    entry: State | None = None
    turns: datetime | None = None
    by_hand: bool = False
    begun: bool = False
    let_through: bool = False


@dataclass(frozen=True, slots=True)
class InboxLine:
    """One line of the inbox with what is derived about it.

    `alarms`: it holds an urgent word. `places`: in how many sources its case was heard. `held`:
    its page showed it to nobody when it was last asked.
    """

    row: InboxRow
    state: CaseState
    alarms: bool = False
    places: int = 1
    held: bool = False

    @property
    def waits(self) -> bool:
        """Whether it is shown to everybody only once somebody lets it through."""
        return self.held and not self.state.let_through

    @property
    def urgent(self) -> bool:
        """Whether an urgent word waits for somebody to begin."""
        return self.alarms and self.state.stage is Stage.NEW and not self.state.begun

    @property
    def kind(self) -> Kind | None:
        """Judged, or a complaint by its stars; None where nothing says so yet."""
        if self.state.kind is not None:
            return self.state.kind
        stars = self.row.stars
        low = stars is not None and stars.at_most(Policy().complaint_share_percent)
        return Kind.COMPLAINT if low else None
