"""By what a mention finds the matter it belongs to: a key, a thread, a reply of ours, its words."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CursorResult, Executable, bindparam, literal, or_, select

from calmreply.adapters.storage import tables, values
from calmreply.adapters.storage.tables import MARKS, MENTIONS, OUTBOX, SOURCES
from calmreply.adapters.storage.ways import among
from calmreply.app.ports import storable
from calmreply.app.ports.storage import MOST_ALIKE, MOST_IN_THREAD
from calmreply.domain.mention import CaseId, MentionId, SourceId
from calmreply.domain.outbox import EntryId

# The index of the keys begins with where they were heard.
_EVERYWHERE = select(SOURCES.c.id).union_all(select(literal(tables.HAND)))
_KEYED = (
    select(MENTIONS.c.key, MENTIONS.c.id)
    .where(tables.source_or_hand.in_(_EVERYWHERE), among(MENTIONS.c.key))
    .order_by(MENTIONS.c.id)
)
_THREADS = (
    select(MENTIONS.c.thread, MENTIONS.c.id)
    .where(tables.IN_THREAD, among(MENTIONS.c.thread))
    .order_by(MENTIONS.c.id.desc())
)
# There are few of them beside the mentions: no index pays for itself.
_OURS = (
    select(OUTBOX.c.reference, OUTBOX.c.link, OUTBOX.c.case_id, OUTBOX.c.entry)
    .where(or_(among(OUTBOX.c.reference), among(OUTBOX.c.link)))
    .order_by(OUTBOX.c.number)
)

_ALIKE = (
    select(MARKS.c.mark, MARKS.c.mention_id)
    .join_from(MARKS, MENTIONS, MENTIONS.c.id == MARKS.c.mention_id)
    .where(
        among(MARKS.c.mark),
        MARKS.c.at >= bindparam("since", type_=BigInteger),
        MENTIONS.c.source_id.is_distinct_from(bindparam("but", type_=BigInteger)),
    )
    .order_by(MARKS.c.mention_id.desc())
)

Run = Callable[[Executable, Mapping[str, object]], CursorResult[Any]]


def keyed(run: Run, keys: Sequence[str]) -> Mapping[str, tuple[MentionId, ...]]:
    return _told(((row.key, row.id) for row in run(_KEYED, _some(keys))), keys)


def in_threads(run: Run, threads: Sequence[str]) -> Mapping[str, tuple[MentionId, ...]]:
    found = _told(((row.thread, row.id) for row in run(_THREADS, _some(threads))), threads)
    return {thread: mentions[:MOST_IN_THREAD] for thread, mentions in found.items()}


def answered_by(run: Run, references: Sequence[str]) -> Mapping[str, tuple[CaseId, EntryId]]:
    found: dict[str, tuple[CaseId, EntryId]] = {}
    for row in run(_OURS, _some(references)):
        ours = CaseId(str(row.case_id)), EntryId(row.entry)
        found |= dict.fromkeys((row.reference, row.link), ours)
    return {asked: found[asked] for asked in references if asked and asked in found}


def _some(words: Sequence[str]) -> Mapping[str, object]:
    return {"some": json.dumps([storable.words(one) for one in words if one])}


def _told(
    rows: Iterable[tuple[str, int]], asked: Sequence[str]
) -> dict[str, tuple[MentionId, ...]]:
    """By the words that were asked about, which may be kept as others."""
    found: dict[str, list[MentionId]] = {}
    for words, mention in rows:
        found.setdefault(words, []).append(MentionId(str(mention)))
    kept = {one: found.get(storable.words(one), ()) for one in asked if one}
    return {one: tuple(mentions) for one, mentions in kept.items() if mentions}


def alike(
    run: Run, marks: Collection[int], but: SourceId | None, since: datetime
) -> Mapping[int, tuple[MentionId, ...]]:
    asked = {"some": json.dumps(sorted(set(marks))), "since": values.micros(since)}
    source = None if but is None else values.number(but) or 0
    found: dict[int, list[MentionId]] = {}
    for row in run(_ALIKE, {**asked, "but": source}).all():
        kept = found.setdefault(row.mark, [])
        if len(kept) < MOST_ALIKE:
            kept.append(MentionId(str(row.mention_id)))
    return {mark: tuple(kept) for mark, kept in found.items()}
