"""What stands beside the journal, held against what the journal says: mentions, cases, accounts.

A row can be changed by hand without any line being touched. `trust` stops a reply that rests on
such a row; here all of them are found, and named. Both sides are walked in the order in which the
mentions came in, so that of a hundred thousand only those that were changed since are kept in mind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from calmreply.app.home import Home
from calmreply.app.ledger import NO_CASE, AccountChanged, MentionsHeard, fact_of
from calmreply.app.storage import CaseRow, ReadTransaction
from calmreply.domain.mention import CaseId, Mention, MentionId

HEARD, ACCOUNT, REMOVED = "mentions_heard", "account_changed", "removed"


class Thing(Enum):
    """What is not as the journal says; the words stand in `app.wording`."""

    WORDS = "words"
    CASE = "case"
    RULES = "rules"
    NEVER_HEARD = "never_heard"
    MISSING = "missing"
    ACCOUNT = "account"
    ACCOUNT_MISSING = "account_missing"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing, and where it is: a mention with its case, or an account."""

    thing: Thing
    mention: MentionId | None = None
    case: CaseId | None = None
    account: str = ""


@dataclass(frozen=True, slots=True)
class _Said:
    """What one line says about one mention."""

    mention: MentionId
    case: CaseId | None
    digest: str
    rules_line: int


def differences(home: Home) -> Iterator[Difference]:
    """Whatever the tables say otherwise than the journal, which has been found whole before."""
    with home.store.read() as tx:
        yield from _mentions(tx)
        yield from accounts(tx)


def accounts(tx: ReadTransaction) -> Iterator[Difference]:
    """Accounts that are not as somebody set them up: who they write as, and by which server."""
    told = [fact_of(written) for written in tx.lines(case=NO_CASE, kinds=(ACCOUNT,))]
    last = {fact.account: fact for fact in told if isinstance(fact, AccountChanged)}
    said = {name: fact for name, fact in last.items() if fact.what != REMOVED}
    for row in tx.accounts():
        fact = said.pop(row.id, None)
        settings = tuple(sorted(row.settings.items()))
        if fact is None or (fact.kind, fact.settings) != (row.kind, settings):
            yield Difference(Thing.ACCOUNT, account=row.id)
    for name in sorted(said):
        yield Difference(Thing.ACCOUNT_MISSING, account=name)


def _mentions(tx: ReadTransaction) -> Iterator[Difference]:
    rows = tx.mentions()
    row = next(rows, None)
    later = _later(tx)
    for first in _firsts(tx):
        while row is not None and _place(row[0].id) < _place(first.mention):
            yield Difference(Thing.NEVER_HEARD, row[0].id, row[0].case)
            row = next(rows, None)
        if row is None or row[0].id != first.mention:
            yield Difference(Thing.MISSING, first.mention, first.case)
            continue
        yield from _compared(*row, first, later.get(first.mention, ()))
        row = next(rows, None)
    while row is not None:
        yield Difference(Thing.NEVER_HEARD, row[0].id, row[0].case)
        row = next(rows, None)


def _compared(
    mention: Mention, case: CaseRow | None, first: _Said, later: Sequence[_Said]
) -> Iterator[Difference]:
    told = [first, *later]
    versions = [(one.number, one.digest) for one in mention.versions]
    if versions != [(number, one.digest) for number, one in enumerate(told, 1)]:
        yield Difference(Thing.WORDS, mention.id, first.case)
    whose = None if case is None else case.mention
    belongs = mention.id if first.case else None
    if {one.case for one in told} != {mention.case} or whose != belongs:
        yield Difference(Thing.CASE, mention.id, first.case)
    elif case is not None and case.rules_line != first.rules_line:
        yield Difference(Thing.RULES, mention.id, first.case)


def _firsts(tx: ReadTransaction) -> Iterator[_Said]:
    """Each mention as it came in for the first time."""
    newest = 0
    for said in _said(tx):
        if _place(said.mention) > newest:
            newest = _place(said.mention)
            yield said


def _later(tx: ReadTransaction) -> dict[MentionId, list[_Said]]:
    """What was heard of a mention after the first time; of most there is nothing."""
    found: dict[MentionId, list[_Said]] = {}
    newest = 0
    for said in _said(tx):
        if _place(said.mention) > newest:
            newest = _place(said.mention)
        else:
            found.setdefault(said.mention, []).append(said)
    return found


def _said(tx: ReadTransaction) -> Iterator[_Said]:
    for written in tx.lines(case=NO_CASE, kinds=(HEARD,)):
        fact = fact_of(written)
        if isinstance(fact, MentionsHeard):
            for mention, case, digest in fact.mentions:
                yield _Said(MentionId(mention), CaseId(case) or None, digest, fact.rules_line)


def _place(mention: MentionId) -> int:
    """Mentions are numbered as they come in."""
    return int(mention) if mention.isdecimal() and len(mention) < 20 else 0
