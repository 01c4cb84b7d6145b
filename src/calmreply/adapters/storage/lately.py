"""The sources; how the mentions of one of them stand, and what it has brought lately."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BigInteger, CursorResult, Executable, bindparam, func, select

from calmreply.adapters.storage import tables, values
from calmreply.adapters.storage.tables import MENTIONS, SOURCES
from calmreply.adapters.storage.ways import among
from calmreply.app.ports import storable
from calmreply.app.ports.storage import Source
from calmreply.domain.flood import Brought, Known
from calmreply.domain.mention import SourceId

_PAGE: Final = 500
_HERE = tables.source_or_hand == bindparam("here", type_=BigInteger)
_SINCE = bindparam("since", type_=BigInteger)
_UNTIL = bindparam("until", type_=BigInteger)
_UNTOUCHED = MENTIONS.c.standing != tables.STANDS_TOUCHED
_KEPT = select(
    MENTIONS.c.key, MENTIONS.c.digest, MENTIONS.c.version, MENTIONS.c.seen, MENTIONS.c.standing
).where(_HERE, among(MENTIONS.c.key))
_FIRST = select(func.min(MENTIONS.c.heard)).where(_HERE).scalar_subquery()
_NEW = (
    MENTIONS.c.heard.between(_SINCE, _UNTIL),
    MENTIONS.c.heard > _FIRST,
    MENTIONS.c.case_id.is_not(None),
)
_CHANGED = (MENTIONS.c.version > 1, MENTIONS.c.seen.between(_SINCE, _UNTIL), _UNTOUCHED)
_BROUGHT = select(
    func.count().filter(*_NEW).label("new"), func.count().filter(*_CHANGED).label("changed")
).where(_HERE)

_SOURCES = select(SOURCES).where(tables.LISTENED_TO).order_by(SOURCES.c.id)
_SOURCE = _SOURCES.where(SOURCES.c.id == bindparam("only"))

Run = Callable[[Executable, Mapping[str, object]], CursorResult[Any]]


def sources(run: Run, only: SourceId | None) -> tuple[Source, ...]:
    """All that are listened to, or that one."""
    if only is None:
        return tuple(map(values.source, run(_SOURCES, {}).all()))
    return tuple(map(values.source, run(_SOURCE, {"only": values.number(only) or 0}).all()))


def kept(run: Run, source: SourceId, keys: Sequence[str]) -> Mapping[str, Known]:
    here = values.number(source) or 0
    as_kept = {key: storable.words(key) for key in keys}
    asked = list(as_kept.values())
    found: dict[str, Known] = {}
    for start in range(0, len(asked), _PAGE):
        some = {"some": json.dumps(asked[start : start + _PAGE]), "here": here}
        for row in run(_KEPT, some).all():
            touched = row.standing == tables.STANDS_TOUCHED
            seen = values.moment(row.seen)
            found[row.key] = Known(bytes(row.digest).hex(), row.version, seen, touched)
    return {key: found[words] for key, words in as_kept.items() if words in found}


def brought(run: Run, source: SourceId, since: datetime, until: datetime) -> Brought:
    span = {"since": values.micros(since), "until": values.micros(until)}
    row = run(_BROUGHT, {"here": values.number(source) or 0, **span}).one()
    return Brought(row.new, row.changed)
