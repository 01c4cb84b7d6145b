"""A line of the read model as the kit shows it: who, how long, what, and pills for the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calmreply.app.words import wording, wording_mention
from calmreply.domain import disguise
from calmreply.domain.outbox import State
from calmreply.domain.policy import Kind
from calmreply.domain.stage import Stage
from calmreply.i18n import _
from calmreply.ui import dates
from calmreply.ui.inbox import places
from calmreply.ui.kit.line_data import LineData

if TYPE_CHECKING:
    from datetime import datetime

    from calmreply.app.inbox_lines import CaseState, InboxLine
    from calmreply.app.ports.storage import InboxRow
    from calmreply.ui.kit.palette import Tone

DONE_WITH = frozenset({Stage.CLOSED, Stage.SET_ASIDE, Stage.OLDER})
ON_THE_WAY = frozenset({State.IN_FLIGHT, State.WAITING, State.UNSURE, State.REFUSED})
KIND_TONES: dict[Kind, Tone] = {
    Kind.COMPLAINT: "red",
    Kind.QUESTION: "neutral",
    Kind.PRAISE: "green",
}


def line_data(line: InboxLine, wall: datetime, zone: str) -> LineData:
    """What the list shows of `line` at `wall` (UTC); exact times are in `zone`."""
    row, state = line.row, line.state
    since = said_at(row)
    kind = line.kind
    pills: list[tuple[Tone, str]] = [("red", _("Urgent"))] if line.urgent else []
    if kind is not None:
        pills.append((KIND_TONES[kind], wording.kind(kind)))
    who = wording_mention.who(row.author, row.site, row.source_title, row.url)
    place = _place(row)
    if place != who:
        pills.append(("neutral", place))
    if line.places > 1:
        pills.append(("neutral", wording_mention.places(line.places)))
    if line.waits:
        pills.append(("amber", wording_mention.waits()))
    if row.gone:
        pills.append(("neutral", wording_mention.gone()))
    pills.append(_state(state, wall))
    return LineData(
        who=who,
        when=wording.ago(wall - since),
        text=disguise.visible(wording_mention.one_line(row.title, row.text)),
        pills=tuple(pills),
        dim=state.stage in DONE_WITH,
        exact_when=dates.exact(since, zone),
    )


def gone_line(words: str) -> LineData:
    """A row that cannot be shown, in grey, with the reason."""
    return LineData(who=_("This line cannot be shown"), when="", text=words, dim=True)


def said_at(row: InboxRow) -> datetime:
    """When they said it; when we heard it where they do not say, or name the future."""
    published = row.published
    return row.heard if published is None or published > row.heard else published


def _place(row: InboxRow) -> str:
    place = disguise.name(row.site or row.source_title) or wording.origin(row.origin)
    if row.stars is None:
        return place
    return f"{place} {row.stars.given:g}/{row.stars.scale:g} ★"


def _state(state: CaseState, wall: datetime) -> tuple[Tone, str]:
    tone = places.tone(state.stage)
    if state.entry in ON_THE_WAY:
        words = wording.state(state.entry, by_hand=state.by_hand)
        return ("red" if state.stage is Stage.NEEDS_YOU else "amber"), words
    if state.stage is Stage.COOLING and state.until is not None and state.until > wall:
        return tone, _("Cooling {left}").format(left=wording.duration(state.until - wall))
    if state.stage is Stage.WITH_REVIEWER and state.reviewer:
        return tone, _("With {name}").format(name=state.reviewer)
    return tone, wording.stage(state.stage)
