"""Sample values, and short ways to put them into a store."""
# A contract suite is made of assertions:
# ruff: noqa: S101

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from calmreply.app.ports.storage import (
    Arrived,
    OutboxRow,
    Scope,
    Source,
)
from calmreply.domain.journal import Line, Written, payload_hash
from calmreply.domain.mention import (
    CaseId,
    Heard,
    Origin,
    SourceId,
)
from calmreply.domain.outbox import EntryId
from calmreply.domain.people import PersonId
from calmreply.domain.reply import ReplyId
from calmreply.errors import KnownError

if TYPE_CHECKING:
    from calmreply.app.ports.storage import ReadTransaction, Store, WriteTransaction

NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANNA, BEN = PersonId("anna"), PersonId("ben")
WAIT = 60.0
"""Seconds after which a thread of a test is taken for stuck."""


@contextmanager
def refused(code: str, says: str = "") -> Iterator[None]:
    """What happens inside is refused with this code, in a sentence with a way out."""
    found: KnownError | None = None
    try:
        yield
    except KnownError as error:
        found = error
    assert found is not None, f"not refused with {code}"
    assert found.code == code, f"{found.code}: {found}"
    assert says in found.words
    assert found.words
    assert found.way_out


def heard(key: str, text: str = "Cold soup.", hours: float | None = 0, **more: object) -> Heard:
    """A mention published `hours` after noon, or nobody knows when."""
    published = None if hours is None else NOON + hours * HOUR
    plain = Heard(key, "Kim Park", text, Origin.FEED, published=published)
    return replace(plain, **more)  # type: ignore[arg-type]  # names of fields only


def hear(
    store: Store,
    *what: Heard,
    source: SourceId | None = None,
    at: datetime = NOON + 100 * HOUR,
    older: Sequence[bool] = (),
) -> tuple[Arrived, ...]:
    with store.write() as tx:
        return tx.add_mentions(source, what, at, older=older or [False] * len(what), rules_line=0)


def cases(store: Store, count: int) -> list[CaseId]:
    """New cases, one for each of as many new mentions."""
    found = hear(store, *(heard(f"case {i}") for i in range(count)))
    return [one.case for one in found if one.case is not None]


def listen(store: Store, address: str = "https://a.example/feed") -> SourceId:
    with store.write() as tx:
        return tx.add_source(Source(SourceId(""), "feed", address, "A"))


def write_line(
    tx: WriteTransaction,
    kind: str,
    case: CaseId | str = "",
    *,
    actor: str = "anna",
    subject: str = "",
    payload: str = "{}",
) -> Written:
    """Append the next line of the journal."""
    number, before = tx.head()
    salt = f"{number:016}".encode()
    line = Line(
        number=number + 1,
        before=before,
        kind=kind,
        case=case,
        subject=subject,
        actor=actor,
        at="2026-03-02T12:00:00.123Z",
        payload_hash=payload_hash(salt, payload),
        key_id="anna.1.00",
        signature=bytes(range(64)),
    )
    written = Written(line, payload, salt)
    tx.append(written)
    return written


def append(store: Store, kind: str, case: CaseId | str = "", **more: str) -> Written:
    with store.write() as tx:
        return write_line(tx, kind, case, **more)


def everything(tx: ReadTransaction) -> tuple[object, ...]:
    """All that a store can tell."""
    ids = tx.mention_ids(Scope.ALL)
    mentions = [tx.mention(one) for one in ids]
    known = [CaseId(str(number + 1)) for number in range(len(ids)) if _has(tx, number + 1)]
    return (
        tx.head(),
        tuple(tx.lines()),
        mentions,
        tx.rows(ids),
        [tx.case(case) for case in known],
        [tx.drafts(case) for case in known],
        [(tx.mention_ids(scope), tx.count(scope)) for scope in Scope],
        tx.touched_cases(),
        tx.boots(),
        tx.sources(),
        tx.accounts(),
        tx.outbox_rows(live_only=False),
        [tx.sealed_key(person) for person in (ANNA, BEN)],
    )


def _has(tx: ReadTransaction, case: int) -> bool:
    try:
        tx.case(CaseId(str(case)))
    except KnownError:
        return False
    return True


def outbox_row(entry: str, case: CaseId, **more: object) -> OutboxRow:
    plain = OutboxRow(
        entry=EntryId(entry),
        case=case,
        reply=ReplyId(f"reply of {entry}"),
        place="hand:https://reviews.example/1:",
        holding=False,
        live=True,
        attempts=0,
    )
    return replace(plain, **more)  # type: ignore[arg-type]  # names of fields only


def put_chosen(tx: WriteTransaction, row: OutboxRow) -> None:
    """A holding reply that somebody has said Send for."""
    payload = json.dumps({"entry": row.entry, "kind": "holding"}, separators=(",", ":"))
    write_line(tx, "send_chosen", row.case, subject=row.reply, payload=payload)
    tx.put_outbox_row(row)
