"""All that is known of many cases, in a handful of statements whatever their number."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import CursorResult, Executable, func, select

from calmreply.adapters.storage import values
from calmreply.adapters.storage.tables import CASES, DRAFTS, JOURNAL, MENTIONS, PAYLOADS, VERSIONS
from calmreply.adapters.storage.ways import among
from calmreply.app.ports import storage_errors
from calmreply.app.ports.storage import TURN, CaseRow, Story
from calmreply.domain.mention import CaseId, Mention, MentionId

AT_ONCE = 200
"""Cases whose lines are held in memory together."""

_OF_CASE = MENTIONS.alias("of_case")
_FIRST = (
    select(func.min(_OF_CASE.c.id))
    .where(_OF_CASE.c.case_id == CASES.c.id)
    .correlate(CASES)
    .scalar_subquery()
)
_MENTIONS = (
    select(CASES.c.rules_line, MENTIONS)
    .join_from(CASES, MENTIONS, MENTIONS.c.id == _FIRST)
    .where(among(CASES.c.id))
)
_TURNS = select(MENTIONS).where(among(MENTIONS.c.id))
_EARLIER = select(VERSIONS).where(among(VERSIONS.c.mention_id)).order_by(VERSIONS.c.version)
_LINES = (
    select(JOURNAL, PAYLOADS.c.salt, PAYLOADS.c.body)
    .join_from(JOURNAL, PAYLOADS, PAYLOADS.c.number == JOURNAL.c.number, isouter=True)
    .where(among(JOURNAL.c.case_id))
    .order_by(JOURNAL.c.number)
)
_DRAFTS = select(DRAFTS).where(among(DRAFTS.c.case_id)).order_by(DRAFTS.c.number)

Run = Callable[[Executable, Mapping[str, object]], CursorResult[Any]]


def told(run: Run, cases: Sequence[CaseId]) -> Iterator[Story]:
    """`app.ports.storage.ReadTransaction.stories`; `run` executes one statement in it."""
    for start in range(0, len(cases), AT_ONCE):
        yield from _page(run, cases[start : start + AT_ONCE])


def _page(run: Run, cases: Sequence[CaseId]) -> Iterator[Story]:
    known = [number for case in cases if (number := values.number(case)) is not None]
    some = {"some": json.dumps(known)}
    rows = {row.case_id: row for row in run(_MENTIONS, some).all()}
    lines = _grouped(run(_LINES, some), "case_id")
    turns = _turns(run, lines)
    again = [row.id for row in (*rows.values(), *turns.values()) if row.version > 1]
    earlier = _grouped(run(_EARLIER, {"some": json.dumps(again)}), "mention_id") if again else {}
    drafts = _grouped(run(_DRAFTS, some), "case_id")
    for case in cases:
        row = rows.get(values.number(case) or 0)
        if row is None:
            raise storage_errors.no_such_case(case)
        yield Story(
            row=CaseRow(case, MentionId(str(row.id)), row.rules_line),
            mention=_mention(row, earlier),
            lines=tuple(map(values.written, lines.get(row.case_id, ()))),
            drafts=tuple(map(values.draft, drafts.get(row.case_id, ()))),
            turns=tuple(
                _mention(turns[mention], earlier)
                for mention in _named(lines.get(row.case_id, ()))
                if mention in turns and turns[mention].case_id == row.case_id
            ),
        )


def _turns(run: Run, lines: Mapping[int, Sequence[Any]]) -> Mapping[int, Any]:
    """The rows of the mentions that some line calls another turn."""
    named = [mention for of_case in lines.values() for mention in _named(of_case)]
    return {row.id: row for row in run(_TURNS, {"some": json.dumps(named)}).all()} if named else {}


def _named(lines: Sequence[Any]) -> Sequence[int]:
    named = (values.number(line.subject) for line in lines if line.kind == TURN)
    return tuple(dict.fromkeys(one for one in named if one is not None))


def _mention(row: Any, earlier: Mapping[int, Sequence[Any]]) -> Mention:
    return values.mention(row, tuple(map(values.version, earlier.get(row.id, ()))))


def _grouped(rows: CursorResult[Any], name: str) -> Mapping[int, Sequence[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows.all():
        found[getattr(row, name)].append(row)
    return found
