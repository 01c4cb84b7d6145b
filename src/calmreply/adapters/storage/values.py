"""Values of ours to what a column holds, and back. Lossless but for what no database keeps."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Row

from calmreply.adapters.storage.tables import STANDS_TOUCHED
from calmreply.app.ports.storage import InboxRow, PollState, Source, StoredDraft, Takes
from calmreply.domain.journal import Line, Written
from calmreply.domain.mention import (
    CaseId,
    Heard,
    Mention,
    MentionId,
    MentionVersion,
    Origin,
    Promise,
    SourceId,
    Stars,
    Visibility,
)
from calmreply.domain.moment import Boot, Reading
from calmreply.domain.people import PersonId
from calmreply.domain.reply import ReplyId

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_FIRST = (datetime(2, 1, 1, tzinfo=UTC) - _EPOCH) // _TICK
_LAST = (datetime(9999, 1, 1, tzinfo=UTC) - _EPOCH) // _TICK
"""What lies beyond is a moment in some time zones and none in others."""
_LONG_GONE, _FAR_OFF = datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""Which every time zone can show."""
_MOST_FAILURES = 1_000_000
"""Nobody has failed so often; a hand may have put in what a column cannot hold one more of."""
_LONGEST = 18
"""Digits of the largest number that surely fits into a column."""


def micros(moment: datetime) -> int:
    """Whole microseconds since 1970 UTC."""
    return (moment - _EPOCH) // _TICK


def micros_or_none(moment: datetime | None) -> int | None:
    return None if moment is None else micros(moment)


def moment(stored: int) -> datetime:
    """What is no moment at all was put there from outside, and becomes one long gone or far off."""
    if not _FIRST <= stored <= _LAST:
        return _LONG_GONE if stored < 0 else _FAR_OFF
    return _EPOCH + timedelta(0, 0, stored)


def moment_or_none(stored: int | None) -> datetime | None:
    return None if stored is None else moment(stored)


def number(identity: str) -> int | None:
    """The number an id of ours stands for, or None for words that are no id."""
    if not identity.isascii() or not identity.isdecimal() or len(identity) > _LONGEST:
        return None
    return int(identity) if identity[0] != "0" else None


def case_id(stored: int | None) -> CaseId | None:
    return None if stored is None else CaseId(str(stored))


def source_id(stored: int | None) -> SourceId | None:
    return None if stored is None else SourceId(str(stored))


def _stars(row: Row[Any]) -> Stars | None:
    return None if row.stars is None else _rating(row.stars, row.scale)


@lru_cache(maxsize=256)
def _rating(given: float, scale: float) -> Stars:
    """There are few different ones, and each is checked when it is made."""
    return Stars(given, scale)


# --- the journal -----------------------------------------------------------------------------


def written(row: Row[Any]) -> Written:
    line = Line(
        number=row.number,
        before=row.before,
        kind=row.kind,
        case="" if row.case_id is None else str(row.case_id),
        subject=row.subject,
        actor=row.actor,
        at=row.at,
        payload_hash=row.payload_hash,
        key_id=row.key_id,
        signature=row.signature,
    )
    return Written(line, None if row.body is None else _payload(row.body), row.salt)


def _payload(body: bytes) -> str:
    """The text, exactly. Bytes that are none were changed by hand; the hash tells, later on."""
    try:
        return body.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return body.decode("utf-8", "replace")


def line_columns(line: Line) -> dict[str, object]:
    return {
        "number": line.number,
        "before": line.before,
        "kind": line.kind,
        "case_id": number(line.case) if line.case else None,
        "subject": line.subject,
        "actor": line.actor,
        "at": line.at,
        "payload_hash": line.payload_hash,
        "key_id": line.key_id,
        "signature": line.signature,
        "hash": line.hash,
    }


def payload_columns(one: Written) -> dict[str, object]:
    if one.payload is None or one.salt is None:
        return {"number": one.line.number, "salt": None, "body": None}
    body = one.payload.encode("utf-8", "surrogatepass")
    return {"number": one.line.number, "salt": one.salt, "body": body}


# --- mentions --------------------------------------------------------------------------------


def version_columns(heard: Heard, at: int) -> dict[str, object]:
    """What makes up one version of a mention."""
    return {
        "seen": at,
        "visibility": heard.visibility.value,
        "stars": None if heard.stars is None else heard.stars.given,
        "scale": None if heard.stars is None else heard.stars.scale,
        "author": heard.author,
        "text": heard.text,
    }


def mention_columns(heard: Heard, at: int) -> dict[str, object]:
    """What a new mention holds beside its ids and its digest."""
    published = micros_or_none(heard.published)
    promise = heard.promise
    return {
        "key": heard.key,
        "origin": heard.origin.value,
        # What says that it comes from the future would stand on top for ever.
        "sort_at": at if published is None else min(published, at),
        "published": published,
        "heard": at,
        "version": 1,
        "url": heard.url,
        "site": heard.site,
        "contact": heard.contact,
        "promise": None if promise is None else promise.words,
        "promise_due": None if promise is None else micros_or_none(promise.due),
        "title": heard.title,
        "handle": heard.handle,
        "language": heard.language,
        "place": heard.place,
        "target": heard.target,
        "thread": heard.thread,
        "answers": heard.answers,
        **version_columns(heard, at),
    }


def version(row: Row[Any]) -> MentionVersion:
    return MentionVersion(
        number=row.version,
        text=row.text,
        author=row.author,
        stars=_stars(row),
        visibility=Visibility(row.visibility),
        heard=moment(row.seen),
    )


def mention(row: Row[Any], before: tuple[MentionVersion, ...]) -> Mention:
    due = moment_or_none(row.promise_due)
    return Mention(
        id=MentionId(str(row.id)),
        case=case_id(row.case_id),
        source=source_id(row.source_id),
        origin=Origin(row.origin),
        title=row.title,
        url=row.url,
        site=row.site,
        published=moment_or_none(row.published),
        heard=moment(row.heard),
        contact=row.contact,
        promise=None if row.promise is None else Promise(row.promise, due),
        versions=(*before, version(row)),
        handle=row.handle,
        language=row.language,
        place=row.place,
        gone=moment_or_none(row.gone),
        key=row.key,
        target=row.target,
        thread=row.thread,
        answers=row.answers,
    )


def inbox_row(row: Row[Any]) -> InboxRow:
    """From the cells of `reading`, in their order: by name each cell would cost more than this."""
    (
        mention_,
        case,
        source_,
        origin,
        author,
        title,
        text,
        given,
        scale,
        url,
        site,
        published,
        heard,
        standing,
        gone,
        visibility,
        source_title,
        kind,
    ) = tuple(row)
    return InboxRow(
        mention=MentionId(str(mention_)),
        case=None if case is None else CaseId(str(case)),
        source=None if source_ is None else SourceId(str(source_)),
        source_title=source_title or "",
        origin=Origin(origin),
        author=author,
        title=title,
        text=text,
        stars=None if given is None else _rating(given, scale),
        url=url,
        site=site,
        published=None if published is None else moment(published),
        heard=moment(heard),
        older=case is None,
        touched=standing == STANDS_TOUCHED,
        gone=gone is not None,
        private=visibility == Visibility.PRIVATE.value,
        kind=kind or "",
    )


# --- the rest --------------------------------------------------------------------------------


def draft_columns(draft: StoredDraft, case: int) -> dict[str, object]:
    return {
        "case_id": case,
        "writer": draft.by,
        "reply": draft.reply,
        "text": draft.text,
        "subject": draft.subject,
        "wall": micros(draft.at.wall),
        "boot": draft.at.boot,
        "ticks": draft.at.ticks,
    }


def draft(row: Row[Any]) -> StoredDraft:
    return StoredDraft(
        case=CaseId(str(row.case_id)),
        by=PersonId(row.writer),
        reply=None if row.reply is None else ReplyId(row.reply),
        text=row.text,
        subject=row.subject,
        at=Reading(moment(row.wall), row.boot, row.ticks),
    )


def boot_columns(boot: Boot) -> dict[str, object]:
    return {
        "id": boot.id,
        "began": micros(boot.began),
        "met": boot.met,
        "last": boot.last,
        "stepped": int(boot.stepped),
        "confirmed": micros_or_none(boot.confirmed),
    }


def boot(row: Row[Any]) -> Boot:
    confirmed = moment_or_none(row.confirmed)
    stepped = bool(row.stepped)
    met, last = (one if math.isfinite(one) else 0.0 for one in (row.met, row.last))
    return Boot(row.id, moment(row.began), met, last, stepped, confirmed)


def settings(stored: str) -> dict[str, str]:
    """Of an account; of something else that was put there, whatever can be one."""
    try:
        found = json.loads(stored)
    except (ValueError, RecursionError):
        return {}
    return {k: v for k, v in found.items() if isinstance(v, str)} if type(found) is dict else {}


def poll_columns(state: PollState) -> dict[str, object]:
    return {
        "etag": state.etag,
        "last_modified": state.last_modified,
        "next_at": micros_or_none(state.next_at),
        "polled_at": micros_or_none(state.polled_at),
        "heard_at": micros_or_none(state.heard_at),
        "failures": state.failures,
        "trouble": state.trouble,
        "words": state.words,
        "way_out": state.way_out,
        "asked_to_wait": int(state.asked_to_wait),
        "cursor": state.cursor,
        "brought_at": micros_or_none(state.brought_at),
        "found": state.found,
        "seen": state.seen,
    }


def source_columns(source: Source) -> Mapping[str, object]:
    return {
        "kind": source.kind,
        "address": source.address,
        "title": source.title,
        "takes": source.takes.value,
        "allow_private": int(source.allow_private),
        "removed": 0,
        **poll_columns(source.state),
    }


@lru_cache(maxsize=2_000)
def source(row: Row[Any]) -> Source:
    """The same row is the same source: they are read again and again, and few have changed."""
    state = PollState(
        etag=row.etag,
        last_modified=row.last_modified,
        next_at=moment_or_none(row.next_at),
        polled_at=moment_or_none(row.polled_at),
        heard_at=moment_or_none(row.heard_at),
        failures=min(row.failures, _MOST_FAILURES),
        trouble=row.trouble,
        words=row.words,
        way_out=row.way_out,
        asked_to_wait=bool(row.asked_to_wait),
        cursor=row.cursor,
        brought_at=moment_or_none(row.brought_at),
        found=row.found,
        seen=row.seen,
    )
    return Source(
        id=SourceId(str(row.id)),
        kind=row.kind,
        address=row.address,
        title=row.title,
        takes=Takes(row.takes),
        allow_private=bool(row.allow_private),
        state=state,
        mentions=row.mentions,
    )
