"""What a store in memory holds, and how it is read; `store` writes it."""

from __future__ import annotations

import copy
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from calmreply.app.ports import SealedKey, storable, storage_errors
from calmreply.app.ports.storage import (
    MOST_ALIKE,
    MOST_IN_THREAD,
    MOST_OF_TEXT,
    TEXT_CUT,
    TURN,
    Account,
    CaseRow,
    InboxRow,
    OutboxRow,
    Scope,
    Source,
    StoredDraft,
    Story,
)
from calmreply.domain.flood import Brought, Known
from calmreply.domain.journal import START, Written
from calmreply.domain.mention import CaseId, Mention, MentionId, SourceId, Visibility
from calmreply.domain.moment import Boot
from calmreply.domain.outbox import EntryId
from calmreply.domain.people import PersonId


@dataclass
class Data:
    lines: list[Written] = field(default_factory=list)
    mentions: dict[MentionId, Mention] = field(default_factory=dict)
    keys: dict[tuple[str, str], MentionId] = field(default_factory=dict)
    cases: dict[CaseId, CaseRow] = field(default_factory=dict)
    touched: dict[CaseId, str] = field(default_factory=dict)
    marks: dict[MentionId, frozenset[int]] = field(default_factory=dict)
    drafts: dict[tuple[CaseId, PersonId], StoredDraft] = field(default_factory=dict)
    boots: tuple[Boot, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)
    sources: dict[SourceId, Source] = field(default_factory=dict)
    removed: frozenset[SourceId] = frozenset()
    accounts: dict[str, Account] = field(default_factory=dict)
    sealed: dict[tuple[str, int], SealedKey] = field(default_factory=dict)
    outbox: dict[EntryId, OutboxRow] = field(default_factory=dict)

    def copied(self) -> Data:
        """A copy one level deep: every value in it is frozen."""
        return Data(**{name: copy.copy(value) for name, value in vars(self).items()})


class Reading:
    def __init__(self, data: Data) -> None:
        self._open: Data | None = data

    def end(self) -> None:
        self._open = None

    @property
    def _data(self) -> Data:
        if self._open is None:
            raise RuntimeError("used after its transaction ended")
        return self._open

    def head(self) -> tuple[int, str]:
        lines = self._data.lines
        return (lines[-1].line.number, lines[-1].line.hash) if lines else (0, START)

    def lines(
        self,
        *,
        case: CaseId | None = None,
        kinds: Sequence[str] | None = None,
        after: int = 0,
    ) -> Iterator[Written]:
        for written in self._data.lines[max(after, 0) :]:
            line = written.line
            if (case is None or line.case == case) and (kinds is None or line.kind in kinds):
                yield written

    def mention(self, mention: MentionId) -> Mention:
        found = self._data.mentions.get(mention)
        if found is None:
            raise storage_errors.no_such_mention(mention)
        return found

    def mentions(self) -> Iterator[tuple[Mention, CaseRow | None]]:
        for one in self._data.mentions.values():
            yield one, None if one.case is None else self._data.cases.get(one.case)

    def case(self, case: CaseId) -> CaseRow:
        found = self._data.cases.get(case)
        if found is None:
            raise storage_errors.no_such_case(case)
        return found

    def stories(self, cases: Sequence[CaseId]) -> Iterator[Story]:
        for case in cases:
            row = self.case(case)
            lines = tuple(self.lines(case=case))
            named = dict.fromkeys(w.line.subject for w in lines if w.line.kind == TURN)
            there = [self._data.mentions.get(MentionId(one)) for one in named]
            turns = tuple(one for one in there if one is not None and one.case == case)
            yield Story(row, self.mention(row.mention), lines, self.drafts(case), turns)

    def touched_cases(self) -> tuple[tuple[CaseId, str, int], ...]:
        held = Counter(one.case for one in self._data.mentions.values())
        touched = sorted(self._data.touched.items(), key=lambda one: int(one[0]))
        return tuple((case, last, held[case]) for case, last in touched)

    def new_keys(self, source: SourceId | None, keys: Sequence[str]) -> frozenset[str]:
        here = str(source or "")
        return frozenset(key for key in keys if (here, storable.words(key)) not in self._data.keys)

    def kept(self, source: SourceId, keys: Sequence[str]) -> Mapping[str, Known]:
        found: dict[str, Known] = {}
        for key in keys:
            here = self._data.keys.get((source, storable.words(key)))
            if here is not None:
                one = self._data.mentions[here]
                touched = one.case in self._data.touched
                found[key] = Known(one.now.digest, one.now.number, one.now.heard, touched)
        return found

    def brought(self, source: SourceId, since: datetime, until: datetime) -> Brought:
        here = [one for one in self._data.mentions.values() if one.source == source]
        first = min((one.heard for one in here), default=since)
        lately = [one for one in here if since <= one.heard <= until and one.heard > first]
        again = [one for one in here if one.now.number > 1 and since <= one.now.heard <= until]
        return Brought(
            sum(one.case is not None for one in lately),
            sum(one.case not in self._data.touched for one in again),
        )

    def keyed(self, keys: Sequence[str]) -> Mapping[str, tuple[MentionId, ...]]:
        found: dict[str, tuple[MentionId, ...]] = {}
        for key in filter(None, keys):
            kept = storable.words(key)
            known = [one for (_where, here), one in self._data.keys.items() if here == kept]
            found |= {key: tuple(sorted(known, key=int))} if known else {}
        return found

    def in_threads(self, threads: Sequence[str]) -> Mapping[str, tuple[MentionId, ...]]:
        found: dict[str, tuple[MentionId, ...]] = {}
        newest = sorted(self._data.mentions.values(), key=lambda one: int(one.id), reverse=True)
        for thread in filter(None, threads):
            kept = storable.words(thread)
            there = [one.id for one in newest if one.thread == kept and one.case is not None]
            found |= {thread: tuple(there[:MOST_IN_THREAD])} if there else {}
        return found

    def answered_by(self, references: Sequence[str]) -> Mapping[str, tuple[CaseId, EntryId]]:
        rows = self._data.outbox.values()
        ours = {name: (row.case, row.entry) for row in rows for name in (row.reference, row.link)}
        return {asked: ours[asked] for asked in references if asked and asked in ours}

    def alike(
        self, marks: Collection[int], *, but: SourceId | None, since: datetime
    ) -> Mapping[int, tuple[MentionId, ...]]:
        found: dict[int, tuple[MentionId, ...]] = {}
        for mention in sorted(self._data.marks, key=int, reverse=True):
            one = self._data.mentions[mention]
            if one.heard >= since and one.source != but:
                for mark in self._data.marks[mention] & set(marks):
                    found[mark] = (*found.get(mark, ()), mention)[:MOST_ALIKE]
        return found

    def row(self, mention: MentionId) -> InboxRow:
        one = self.mention(mention)
        source = self._data.sources.get(one.source) if one.source else None
        return InboxRow(
            mention=one.id,
            case=one.case,
            source=one.source,
            source_title=source.title if source else "",
            origin=one.origin,
            author=one.now.author,
            title=one.title,
            text=one.now.text[:TEXT_CUT],
            stars=one.now.stars,
            url=one.url,
            site=one.site,
            published=one.published,
            heard=one.heard,
            older=one.case is None,
            touched=one.case in self._data.touched,
            gone=one.gone is not None,
            private=one.now.visibility is Visibility.PRIVATE,
            kind=source.kind if source else "",
        )

    def rows(self, mentions: Sequence[MentionId]) -> tuple[InboxRow, ...]:
        return tuple(self.row(one) for one in mentions if one in self._data.mentions)

    def texts(self, mentions: Sequence[MentionId]) -> Mapping[MentionId, str]:
        known = (self._data.mentions[one] for one in mentions if one in self._data.mentions)
        return {one.id: one.now.text[:MOST_OF_TEXT] for one in known}

    def places(self, cases: Sequence[CaseId]) -> Mapping[CaseId, int]:
        found: dict[CaseId, set[str]] = {}
        for one in self._data.mentions.values():
            if one.case is not None and one.case in cases:
                found.setdefault(one.case, set()).add(str(one.source or ""))
        return {case: len(sources) for case, sources in found.items()}

    def mention_ids(
        self, scope: Scope, *, limit: int | None = None, offset: int = 0
    ) -> tuple[MentionId, ...]:
        found = [one for one in self._data.mentions.values() if self._in(scope, one)]
        end = None if limit is None else offset + limit
        return _newest_first(found)[offset:end]

    def mentions_of_cases(self, cases: Sequence[CaseId]) -> tuple[MentionId, ...]:
        wanted = set(cases)
        return _newest_first([one for one in self._data.mentions.values() if one.case in wanted])

    def search(self, words: str, *, limit: int | None = None) -> tuple[MentionId, ...]:
        asked = _tokens(words)
        if not asked:
            return ()
        found = [one.id for one in self._data.mentions.values() if _holds(one, asked)]
        return tuple(sorted(found, key=int, reverse=True))[:limit]

    def count(self, scope: Scope) -> int:
        return sum(self._in(scope, one) for one in self._data.mentions.values())

    def drafts(self, case: CaseId) -> tuple[StoredDraft, ...]:
        return tuple(one for (where, _by), one in self._data.drafts.items() if where == case)

    def boots(self) -> tuple[Boot, ...]:
        return self._data.boots

    def setting(self, name: str) -> str | None:
        return self._data.settings.get(name)

    def contacts(self) -> tuple[str, ...]:
        return tuple(sorted({m.contact for m in self._data.mentions.values() if m.contact}))

    def sources(self, only: SourceId | None = None) -> tuple[Source, ...]:
        counts: dict[SourceId | None, int] = {}
        for one in self._data.mentions.values():
            counts[one.source] = counts.get(one.source, 0) + 1
        living = (s for s in self._data.sources.values() if s.id not in self._data.removed)
        asked = (s for s in living if only is None or s.id == only)
        return tuple(replace(source, mentions=counts.get(source.id, 0)) for source in asked)

    def accounts(self) -> tuple[Account, ...]:
        return tuple(account for _id, account in sorted(self._data.accounts.items()))

    def sealed_key(self, person: PersonId) -> SealedKey | None:
        keys = [key for (whose, _v), key in self._data.sealed.items() if whose == person]
        return max(keys, key=lambda key: key.version, default=None)

    def outbox_rows(self, *, live_only: bool = True) -> tuple[OutboxRow, ...]:
        return tuple(row for row in self._data.outbox.values() if row.live or not live_only)

    def _in(self, scope: Scope, one: Mention) -> bool:
        match scope:
            case Scope.ALL:
                return True
            case Scope.OLDER:
                return one.case is None
            case Scope.UNTOUCHED:
                return one.case is not None and one.case not in self._data.touched


def _newest_first(mentions: Sequence[Mention]) -> tuple[MentionId, ...]:
    """What says that it comes from the future counts from when it was heard."""

    def age(one: Mention) -> tuple[datetime, int]:
        return min(one.published or one.heard, one.heard), int(one.id)

    return tuple(one.id for one in sorted(mentions, key=age, reverse=True))


def _tokens(text: str) -> list[str]:
    plain = unicodedata.normalize("NFD", text).lower()
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return re.findall(r"[^\W_]+", letters)


def _holds(one: Mention, asked: list[str]) -> bool:
    words = _tokens(f"{one.now.author} {one.title} {one.now.text} {one.site}")
    whole = set(words)
    *first, last = asked
    return all(word in whole for word in first) and any(word.startswith(last) for word in words)
