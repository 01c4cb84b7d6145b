"""What stands beside the journal, held against what the journal says.

Mentions, cases, accounts, the outbox, the keys of people.

A row can be changed by hand without any line being touched. `trust` stops a reply that rests on
such a row; here all of them are found, and named. Both sides are walked in the order in which the
mentions came in, so that of a hundred thousand only those that were changed since are kept in mind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import chain, repeat
from typing import get_args

from calmreply.app.facts import people
from calmreply.app.home import Home
from calmreply.app.ledger import (
    KIND_OF,
    NO_CASE,
    AccountChanged,
    MentionsGone,
    MentionsHeard,
    MentionSplit,
    fact_of,
    present,
)
from calmreply.app.ports import storable
from calmreply.app.ports.storage import CaseRow, OutboxRow, ReadTransaction
from calmreply.app.reviewing.packets import slot
from calmreply.app.sending.entries import living, row_of
from calmreply.domain.mention import CaseId, Mention, MentionId, around
from calmreply.domain.moment import Now
from calmreply.domain.outbox import Entry, EntryId, OutboxFact, SendChosen

HEARD, SPLIT = CAME = ("mentions_heard", "mention_split")
GONE = "mentions_gone"
OUTBOX_KINDS = tuple(KIND_OF[kind] for kind in get_args(OutboxFact))
ACCOUNT, REMOVED = "account_changed", "removed"


class Thing(Enum):
    """What is not as the journal says; the words stand in `app.words.wording`."""

    WORDS = "words"
    AROUND = "around"
    CASE = "case"
    RULES = "rules"
    NEVER_HEARD = "never_heard"
    MISSING = "missing"
    NOT_GONE = "not_gone"
    ACCOUNT = "account"
    ACCOUNT_MISSING = "account_missing"
    OUTBOX = "outbox"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing, and where it is: a mention with its case, a case, an account, or somebody's."""

    thing: Thing
    mention: MentionId | None = None
    case: CaseId | None = None
    account: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What one line says about one mention: it was heard, or (no digest) taken out of its case.

    `opens`: the case is its own, begun with the rules of `rules_line`; else it joined that case.
    `around`: the digest of what is known beside its words; empty in older lines.
    """

    mention: MentionId
    case: CaseId | None
    digest: str
    rules_line: int
    opens: bool
    around: str = ""


def differences(home: Home) -> Iterator[Difference]:
    """Whatever the tables say otherwise than the journal, which has been found whole before."""
    with home.store.read() as tx:
        yield from _mentions(tx)
        yield from accounts(tx)
        yield from outbox(tx, present(home, tx))
        yield from keys(tx)


def outbox(tx: ReadTransaction, now: Now) -> Iterator[Difference]:
    """Rows of the outbox that are gone, were put in, or are not as the facts of their entry say."""
    rows = {row.entry: row for row in tx.outbox_rows(live_only=False)}
    of_case: dict[CaseId, list[Entry]] = {}
    for case, entry in _entries(tx):
        of_case.setdefault(case, []).append(entry)
    for case, entries in of_case.items():
        mine = [rows.pop(entry.id, None) for entry in entries]
        for _one in _other_rows(case, entries, mine, now):
            yield Difference(Thing.OUTBOX, case=case)
    for row in rows.values():
        yield Difference(Thing.OUTBOX, case=row.case)


def outbox_as_said(tx: ReadTransaction, case: CaseId, entries: Sequence[Entry], now: Now) -> bool:
    """Whether the rows of a case's replies are as the facts of these entries say, all of them."""
    rows = {row.entry: row for row in tx.outbox_rows(live_only=False)}
    mine = [rows.pop(entry.id, None) for entry in entries]
    more = any(row.case == case for row in rows.values())
    return not more and not any(True for _one in _other_rows(case, entries, mine, now))


def _other_rows(
    case: CaseId, entries: Sequence[Entry], rows: Sequence[OutboxRow | None], now: Now
) -> Iterator[Entry]:
    """Those whose row is gone, or says something else in any of its columns."""
    alive = living(entries, now)
    for entry, row in zip(entries, rows, strict=True):
        said = storable.outbox_row(row_of(case, entry, live=entry.id in alive))
        if row is not None and not (row.reference or row.link):
            said = replace(said, reference="", link="")  # from before any name was kept in it
        if row != said:
            yield entry


def _entries(tx: ReadTransaction) -> Iterator[tuple[CaseId, Entry]]:
    happened: dict[EntryId, list[OutboxFact]] = {}
    chosen: dict[EntryId, tuple[CaseId, SendChosen]] = {}
    for written in tx.lines(kinds=OUTBOX_KINDS):
        fact = fact_of(written)
        if isinstance(fact, SendChosen):
            chosen[fact.entry] = CaseId(written.line.case), fact
        elif fact is not None:
            happened.setdefault(fact.entry, []).append(fact)
    for known, (case, one) in chosen.items():
        yield case, Entry(one, tuple(happened.get(known, ())))


def keys(tx: ReadTransaction) -> Iterator[Difference]:
    """Keys kept for people that are not theirs by the chain. That none is kept is no wonder."""
    for person in people(tx):
        here, afar = tx.sealed_key(person.id), tx.sealed_key(slot(person.id))
        theirs = {public for _name, public in person.keys}
        packet = {key.public for key in person.packet_keys}
        wrong = (here is not None and here.public not in theirs) or (
            afar is not None and afar.public not in packet
        )
        if wrong:
            yield Difference(Thing.KEY, person=person.name)


def accounts(tx: ReadTransaction) -> Iterator[Difference]:
    """Accounts that are not as somebody set them up: who they write as, and by which server."""
    changed = [fact_of(written) for written in tx.lines(case=NO_CASE, kinds=(ACCOUNT,))]
    last = {fact.account: fact for fact in changed if isinstance(fact, AccountChanged)}
    said = {name: fact for name, fact in last.items() if fact.what != REMOVED}
    for row in tx.accounts():
        fact = said.pop(row.id, None)
        settings = tuple(sorted(row.settings.items()))
        if fact is None or (fact.kind, fact.settings) != (row.kind, settings):
            yield Difference(Thing.ACCOUNT, account=row.id)
    for name in sorted(said):
        yield Difference(Thing.ACCOUNT_MISSING, account=name)


def told(tx: ReadTransaction) -> Iterator[Said]:
    """All that the journal says about mentions, in order."""
    yield from sayings(fact_of(line) for line in tx.lines(case=NO_CASE, kinds=CAME))


def sayings(came: Iterable[object]) -> Iterator[Said]:
    """Facts about mentions, all of them and in order, one by one.

    Cases are numbered as they are opened, so that a number which was there before was joined.
    """
    newest = 0
    for fact in came:
        for mention, case, digest, rules_line, beside in _parts(fact):
            opens = _place(case) > newest
            newest = max(newest, _place(case))
            yield Said(MentionId(mention), CaseId(case) or None, digest, rules_line, opens, beside)


def _parts(fact: object) -> Iterator[tuple[str, str, str, int, str]]:
    match fact:
        case MentionsHeard():
            known = zip(fact.mentions, chain(fact.around, repeat("")), strict=False)
            for (mention, case, digest), beside in known:
                yield mention, case, digest, fact.rules_line, beside
        case MentionSplit():
            yield fact.mention, fact.case, "", fact.rules_line, ""
        case _:
            pass


def follow(told_of_one: Sequence[Said], case: CaseId | None) -> bool:
    """Whether a mention of which this is told, in order, belongs to that case now.

    It stays where it was first, unless it was taken out.
    """
    at = told_of_one[0].case if told_of_one else None
    for one in told_of_one:
        if not one.digest:
            at = one.case
        elif one.case != at:
            return False
    return bool(told_of_one) and at == case


def as_heard(told_of_one: Sequence[Said], mention: Mention) -> bool:
    """Whether all that is known beside its words is as it came in, if the last line says that."""
    last = next((one.around for one in reversed(told_of_one) if one.digest), "")
    return last in ("", around(mention))


def heard_first(tx: ReadTransaction, mention: MentionId) -> Said | None:
    """How a mention came in."""
    return next((one for one in told(tx) if one.mention == mention), None)


def _mentions(tx: ReadTransaction) -> Iterator[Difference]:
    rows = tx.mentions()
    row = next(rows, None)
    later, gone = _later(tx), _gone(tx)
    for first in _firsts(tx):
        while row is not None and _place(row[0].id) < _place(first.mention):
            yield Difference(Thing.NEVER_HEARD, row[0].id, row[0].case)
            row = next(rows, None)
        if row is None or row[0].id != first.mention:
            yield Difference(Thing.MISSING, first.mention, first.case)
            continue
        yield from _compared(*row, [first, *later.get(first.mention, ())])
        if row[0].gone is not None and first.mention not in gone:
            yield Difference(Thing.NOT_GONE, first.mention, first.case)
        row = next(rows, None)
    while row is not None:
        yield Difference(Thing.NEVER_HEARD, row[0].id, row[0].case)
        row = next(rows, None)


def _compared(mention: Mention, case: CaseRow | None, said: Sequence[Said]) -> Iterator[Difference]:
    versions = [(one.number, one.digest) for one in mention.versions]
    heard = (one.digest for one in said if one.digest)
    if versions != [*enumerate(heard, 1)]:
        yield Difference(Thing.WORDS, mention.id, said[0].case)
    elif not as_heard(said, mention):
        yield Difference(Thing.AROUND, mention.id, said[0].case)
    opened = next((one for one in reversed(said) if one.opens), None)
    if not follow(said, mention.case) or not _in_its_place(mention, case, opened):
        yield Difference(Thing.CASE, mention.id, said[0].case)
    elif case is not None and opened is not None and case.rules_line != opened.rules_line:
        yield Difference(Thing.RULES, mention.id, said[0].case)


def _in_its_place(mention: Mention, case: CaseRow | None, opened: Said | None) -> bool:
    """Whether the case is about whoever opened it. Who joined came later."""
    if case is None:
        return mention.case is None
    if opened is not None:
        return case.mention == mention.id
    return _place(case.mention) < _place(mention.id)


def _firsts(tx: ReadTransaction) -> Iterator[Said]:
    """Each mention as it came in for the first time."""
    newest = 0
    for said in told(tx):
        if _place(said.mention) > newest:
            newest = _place(said.mention)
            yield said


def _later(tx: ReadTransaction) -> dict[MentionId, list[Said]]:
    """What was told of a mention after the first time; of most there is nothing."""
    found: dict[MentionId, list[Said]] = {}
    newest = 0
    for said in told(tx):
        if _place(said.mention) > newest:
            newest = _place(said.mention)
        else:
            found.setdefault(said.mention, []).append(said)
    return found


def _gone(tx: ReadTransaction) -> frozenset[str]:
    """The mentions of which a place said once that they are no longer there; few of all."""
    gone: set[str] = set()
    for fact in (fact_of(line) for line in tx.lines(case=NO_CASE, kinds=(GONE,))):
        if isinstance(fact, MentionsGone):
            gone.update(fact.mentions)
    return frozenset(gone)


def _place(number: str) -> int:
    """Mentions are numbered as they come in, cases as they are opened."""
    return int(number) if number.isdecimal() and len(number) < 20 else 0
