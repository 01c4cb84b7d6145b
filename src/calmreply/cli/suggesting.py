"""Other words that a reviewer proposes, as data and as lines."""

from __future__ import annotations

from calmreply.app.facts import Known
from calmreply.app.words import wording_review
from calmreply.cli.shapes import Data
from calmreply.domain.suggestions import Suggestion
from calmreply.domain.suggestions import suggestions as made_of
from calmreply.i18n import _


def data_of(known: Known) -> list[Data]:
    return [_data(one, known) for one in made_of(known.facts)]


def lines_of(known: Known) -> list[str]:
    """Those for the present reply, each whole."""
    lines: list[str] = []
    for one in made_of(known.facts):
        head = wording_review.suggested(one.number, known.facts.name(one.by))
        taken = _("taken over") if one.taken else ""
        note = f"“{one.note}”" if one.note else ""
        lines.append("  ".join(filter(None, (head, taken, note))))
        lines += [f"  {line}" for line in one.text.splitlines()]
    return lines


def _data(one: Suggestion, known: Known) -> Data:
    return {
        "number": one.number,
        "by": known.facts.name(one.by),
        "text": one.text,
        "note": one.note,
        "for_version": one.of.number,
        "taken": one.taken is not None,
    }
