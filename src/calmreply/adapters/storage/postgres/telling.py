"""A write transaction that knows what it changed, and says so to the whole team at its commit.

Only numbers and kinds leave, never a word of anybody: whoever hears it reads the rows. The server
hands it out at the commit, so that nobody hears of what was taken back.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, text

from calmreply.adapters.storage.ways import Ways
from calmreply.adapters.storage.writing import Writing
from calmreply.app.ports import SealedKey, storage_errors
from calmreply.app.ports.changes import ChangeSet, of_case
from calmreply.app.ports.storage import (
    Account,
    Arrival,
    Arrived,
    OutboxRow,
    PollState,
    Source,
    Takes,
)
from calmreply.app.ports.storage import StoredDraft as Draft
from calmreply.domain.journal import Written
from calmreply.domain.mention import CaseId, Heard, MentionId, SourceId
from calmreply.domain.outbox import EntryId
from calmreply.domain.people import PersonId

CHANNEL: Final = "calmreply"
LONGEST: Final = 7_900
"""Bytes; the server takes less than 8,000."""
_MOST_ARRIVED = 200
"""So many cases are named of one batch that came in; the lists are read anew anyway."""

_TELL = text("SELECT pg_notify(:channel, :said)").bindparams(channel=CHANNEL)

_CLAIM = text(
    "UPDATE outbox SET attempts = :number WHERE number = (SELECT number FROM outbox"
    " WHERE entry = :entry AND live = 1 AND attempts = :before FOR UPDATE SKIP LOCKED)"
    " RETURNING case_id"
)

KINDS: Final = tuple(one.name for one in fields(ChangeSet) if one.name != "cases")
EVERYTHING: Final = ChangeSet(
    mentions=True, people=True, sources=True, accounts=True, rules=True, plan=True
)
"""But the cases, which are named."""

# By the beginning of a line's kind, where it is about no case.
_BY_KIND: Mapping[str, ChangeSet] = {
    "installation_": ChangeSet(),
    "mention": ChangeSet(mentions=True),
    "source": ChangeSet(sources=True),
    "account": ChangeSet(accounts=True),
    "secret": ChangeSet(accounts=True, sources=True),
    "rules": ChangeSet(rules=True),
    "wording": ChangeSet(plan=True),
    "enrolled": ChangeSet(people=True),
    "presence": ChangeSet(people=True),
    "invited": ChangeSet(people=True),
    "packet_key": ChangeSet(people=True),
}
_OF_LISTENING = "listening_on"
_OF_ONE_COMPUTER = ("clock_seal", "told_until", "remembered_")
"""Settings that change with every minute, or say how one window stands: nobody else shows them."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one transaction of the team changed. `changes` is None where it was too much to say.

    `by`: the program that wrote; `head`: the number of the journal's last line then.
    """

    by: str
    head: int
    changes: ChangeSet | None

    def words(self) -> str:
        """As it goes out, short enough."""
        told: dict[str, object] = {"by": self.by, "head": self.head}
        if self.changes is None:
            return json.dumps(told)
        kinds = [name for name in KINDS if getattr(self.changes, name)]
        whole = {**told, "cases": sorted(map(int, self.changes.cases)), "kinds": kinds}
        words = json.dumps(whole, separators=(",", ":"))
        return words if len(words) <= LONGEST else json.dumps(told)


def heard(untrusted_words: str) -> Said:
    """What was said; anything that is not ours means that all may have changed."""
    try:
        told = json.loads(untrusted_words)
        by, head = str(told["by"]), int(told["head"])
        if "cases" not in told:
            return Said(by, head, None)
        cases = frozenset(CaseId(str(int(one))) for one in told["cases"])
        kinds: dict[str, Any] = {str(one): True for one in told["kinds"]}
        return Said(by, head, replace(ChangeSet(**kinds), cases=cases))
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return Said("", 0, None)


def of_line(kind: str, case: str) -> ChangeSet:
    """What a line of the journal changes for whoever looks."""
    if case:
        return of_case(CaseId(case))
    found = (what for begin, what in _BY_KIND.items() if kind.startswith(begin))
    return next(found, EVERYTHING)


class Telling(Writing):
    """`WriteTransaction` that notes what it changes."""

    def __init__(self, connection: Connection, ways: Ways) -> None:
        super().__init__(connection, ways)
        self.changes = ChangeSet()

    def tell(self, by: str) -> None:
        """Before the commit, with which it goes out; nothing where nobody shows what changed."""
        if not self.changes.nothing:
            said = Said(by, self.head()[0], self.changes).words()
            self._run(_TELL, {"said": said}).scalar()

    def append(self, written: Written) -> None:
        super().append(written)
        self.changes |= of_line(written.line.kind, written.line.case)

    def forget(self, number: int) -> None:
        super().forget(number)
        self.changes |= EVERYTHING

    def add_mentions(
        self,
        source: SourceId | None,
        heard: Sequence[Heard],
        at: datetime,
        *,
        older: Sequence[bool],
        rules_line: int,
        joins: Sequence[CaseId | None] = (),
        marks: Sequence[Collection[int]] = (),
    ) -> tuple[Arrived, ...]:
        arrived = super().add_mentions(
            source, heard, at, older=older, rules_line=rules_line, joins=joins, marks=marks
        )
        came = [one for one in arrived if one.arrival is not Arrival.SAME]
        if came:
            cases = [one.case for one in came if one.case is not None][:_MOST_ARRIVED]
            self.changes |= ChangeSet(cases=frozenset(cases), mentions=True)
        return arrived

    def mark_gone(
        self, source: SourceId, keys: Sequence[str], at: datetime
    ) -> tuple[MentionId, ...]:
        gone = super().mark_gone(source, keys, at)
        if gone:
            self.changes |= ChangeSet(mentions=True)
        return gone

    def split(self, mention: MentionId, *, rules_line: int, marks: Collection[int]) -> CaseId:
        case = super().split(mention, rules_line=rules_line, marks=marks)
        self.changes |= ChangeSet(cases=frozenset({case}), mentions=True)
        return case

    def save_draft(self, draft: Draft) -> None:
        super().save_draft(draft)
        self.changes |= of_case(draft.case)

    def drop_draft(self, case: CaseId, by: PersonId) -> None:
        super().drop_draft(case, by)
        if case.isdecimal():
            self.changes |= of_case(case)

    def set_setting(self, name: str, value: str | None) -> None:
        super().set_setting(name, value)
        if name.startswith(_OF_LISTENING):
            self.changes |= ChangeSet(sources=True)
        elif not name.startswith(_OF_ONE_COMPUTER):
            self.changes |= ChangeSet(rules=True)

    def add_source(self, source: Source) -> SourceId:
        added = super().add_source(source)
        self.changes |= ChangeSet(sources=True)
        return added

    def save_poll(self, source: SourceId, title: str, state: PollState) -> None:
        super().save_poll(source, title, state)
        self.changes |= ChangeSet(sources=True)

    def move_source(
        self,
        source: SourceId,
        address: str,
        *,
        allow_private: bool | None = None,
        takes: Takes | None = None,
    ) -> None:
        super().move_source(source, address, allow_private=allow_private, takes=takes)
        self.changes |= ChangeSet(sources=True)

    def remove_source(self, source: SourceId) -> None:
        super().remove_source(source)
        self.changes |= ChangeSet(sources=True)

    def save_account(self, account: Account) -> None:
        super().save_account(account)
        self.changes |= ChangeSet(accounts=True)

    def remove_account(self, account: str) -> None:
        super().remove_account(account)
        self.changes |= ChangeSet(accounts=True)

    def save_sealed_key(self, key: SealedKey) -> None:
        super().save_sealed_key(key)
        self.changes |= ChangeSet(people=True)

    def put_outbox_row(self, row: OutboxRow) -> None:
        super().put_outbox_row(row)
        self.changes |= of_case(row.case)

    def count_attempt(self, entry: EntryId, number: int) -> None:
        """Nobody waits for a row that somebody else is about to claim: it is claimed elsewhere."""
        wanted = {"entry": entry, "before": number - 1, "number": number}
        case = self._run(_CLAIM, wanted).scalar()
        if case is None:
            raise storage_errors.claimed_elsewhere()
        self.changes |= of_case(CaseId(str(case)))
