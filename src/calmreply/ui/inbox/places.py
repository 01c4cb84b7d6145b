"""The stages as rows of the rail, and what an empty one says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from calmreply.app.words import wording
from calmreply.domain.stage import Stage
from calmreply.i18n import _
from calmreply.ui.kit.rail import RailRow, RailSection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calmreply.ui.kit.palette import Tone

WORK = (
    Stage.NEW,
    Stage.COOLING,
    Stage.WITH_REVIEWER,
    Stage.READY,
    Stage.FIXING,
    Stage.FOLLOW_UP,
    Stage.TO_DEBRIEF,
)
KEEP = (Stage.CLOSED, Stage.SET_ASIDE, Stage.OLDER)
BUSINESS = ("listening", "plan", "people", "settings")
OFF_THE_RAIL = frozenset({"outbox", "paste", "help"})
"""Rooms that the rail does not name: while one is shown, no row of it is marked."""
NUMBERED = (*WORK, Stage.CLOSED, Stage.SET_ASIDE)
"""The stages that Ctrl+1 to Ctrl+9 go to; "Needs you" has Ctrl+0."""

TONES: Mapping[Stage, Tone] = {
    Stage.NEEDS_YOU: "red",
    Stage.NEW: "teal",
    Stage.COOLING: "amber",
    Stage.WITH_REVIEWER: "violet",
    Stage.READY: "green",
}


def tone(stage: Stage) -> Tone:
    return TONES.get(stage, "neutral")


def sections(counts: Mapping[Stage, int], sources: int = 0) -> tuple[RailSection, ...]:
    """The rail; "Needs you" stands on top while something does."""
    work: tuple[Stage, ...] = WORK
    if counts.get(Stage.NEEDS_YOU):
        work = (Stage.NEEDS_YOU, *WORK)
    return (
        RailSection(_("Work"), tuple(_row(stage, counts) for stage in work)),
        RailSection(_("Keep"), tuple(_row(stage, counts, dim=True) for stage in KEEP)),
        RailSection(
            _("Business"),
            tuple(
                RailRow(
                    name,
                    room_words(name),
                    (sources or None) if name == "listening" else None,
                    tone="teal",
                )
                for name in BUSINESS
            ),
        ),
    )


def shown_counts(counts: Mapping[Stage, int]) -> dict[str, int | None]:
    """The counts by the keys of the rail; an empty stage shows none."""
    return {stage.value: count or None for stage, count in counts.items()}


def _row(stage: Stage, counts: Mapping[Stage, int], *, dim: bool = False) -> RailRow:
    count = counts.get(stage) or None
    return RailRow(stage.value, wording.stage(stage), count, tone(stage), dim=dim)


def room_words(name: str) -> str:
    """What a room of the business is called."""
    return {
        "listening": _("Listening"),
        "plan": _("Response plan"),
        "people": _("People"),
        "settings": _("Settings"),
    }.get(name, name)


@dataclass(frozen=True, slots=True)
class Empty:
    """What stands where no line does. `action` is `paste`, `listening`, `everywhere`, `clear`.

    `also` is a second one of these, if there is one.
    """

    title: str
    words: str
    action: str
    also: str = ""


ACTIONS = ("paste", "listening", "everywhere", "clear")


def action_words(action: str) -> str:
    return {
        "paste": _("Paste a review…"),
        "listening": _("Add a source…"),
        "everywhere": _("Search everywhere"),
        "clear": _("Clear the search"),
    }[action]


def nothing_found(*, only_here: bool) -> Empty:
    return Empty(
        _("Nothing holds these words"),
        _("Every word has to be there; the last one may be just a beginning."),
        "everywhere" if only_here else "clear",
    )


def empty(stage: Stage, *, has_sources: bool) -> Empty:
    """What will appear in an empty stage, and what to do about it."""
    title, words = _empty_words(stage)
    if has_sources:
        return Empty(title, words, "paste")
    return Empty(title, words, "listening", "paste" if stage is Stage.NEW else "")


def _empty_words(stage: Stage) -> tuple[str, str]:  # noqa: C901 - one arm for each stage
    match stage:
        case Stage.NEEDS_YOU:
            return _("Nothing needs you"), _("Replies that were refused, or may not have arrived.")
        case Stage.NEW:
            return _("Nothing new"), _(
                "What people say about the business appears here as soon as it is heard."
            )
        case Stage.COOLING:
            return _("Nothing is cooling off"), _(
                "Once you say how a mention felt, it rests here, and the reply may be written."
            )
        case Stage.WITH_REVIEWER:
            return _("Nothing is with a reviewer"), _(
                "Replies that a second pair of eyes has been asked to look at."
            )
        case Stage.READY:
            return _("Nothing is ready to send"), _(
                "Replies whose waits are over and that are signed off. They leave when you say so."
            )
        case Stage.FIXING:
            return _("Nothing is being fixed"), _(
                "Cases in which something is being put right for the customer."
            )
        case Stage.FOLLOW_UP:
            return _("Nothing to follow up"), _(
                "Answered cases, until you know whether they are satisfied."
            )
        case Stage.TO_DEBRIEF:
            return _("Nothing to debrief"), _(
                "Closed cases that still have something to teach the business."
            )
        case Stage.CLOSED:
            return _("Nothing is closed yet"), _("Cases that are done with, and what came of them.")
        case Stage.SET_ASIDE:
            return _("Nothing is set aside"), _("What needs no answer, with the reason why.")
        case Stage.OLDER:
            return _("Nothing older"), _(
                "What was said before you began to listen: to be found, not to be answered."
            )
        case _:
            assert_never(stage)
