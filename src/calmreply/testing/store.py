"""A store in memory: the storage port without a file, for tests and rehearsals.

A write transaction works on a copy and puts it in place at its end, so that a raised exception
leaves everything as it was. One writes at a time; whoever reads keeps the view they began with.
"""

from __future__ import annotations

import copy
import re
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from calmreply.app.ports import SealedKey
from calmreply.app.storage import (
    ENDING_KINDS,
    Account,
    Arrival,
    Arrived,
    CaseRow,
    InboxRow,
    OutboxRow,
    PollState,
    ReadTransaction,
    Scope,
    Source,
    StoredDraft,
    WriteTransaction,
)
from calmreply.domain.journal import START, Written
from calmreply.domain.mention import (
    CaseId,
    Heard,
    Mention,
    MentionId,
    MentionVersion,
    SourceId,
)
from calmreply.domain.moment import Boot
from calmreply.domain.outbox import EntryId
from calmreply.domain.people import PersonId
from calmreply.errors import KnownError
from calmreply.i18n import _

CUT = 400


@dataclass
class _Data:
    lines: list[Written] = field(default_factory=list)
    mentions: dict[MentionId, Mention] = field(default_factory=dict)
    keys: dict[tuple[str, str], MentionId] = field(default_factory=dict)
    cases: dict[CaseId, CaseRow] = field(default_factory=dict)
    touched: dict[CaseId, str] = field(default_factory=dict)
    drafts: dict[tuple[CaseId, PersonId], StoredDraft] = field(default_factory=dict)
    boots: tuple[Boot, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)
    sources: dict[SourceId, Source] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    sealed: dict[PersonId, SealedKey] = field(default_factory=dict)
    outbox: dict[EntryId, OutboxRow] = field(default_factory=dict)
    next_source: int = 1

    def copied(self) -> _Data:
        """A copy one level deep: every value in it is frozen."""
        return _Data(**{name: copy.copy(value) for name, value in vars(self).items()})


class _Reading:
    def __init__(self, data: _Data) -> None:
        self._data = data

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
        for written in self._data.lines[after:]:
            line = written.line
            if (case is None or line.case == case) and (kinds is None or line.kind in kinds):
                yield written

    def mention(self, mention: MentionId) -> Mention:
        found = self._data.mentions.get(mention)
        if found is None:
            raise KnownError(
                "no_such_mention",
                _("There is no mention {mention}.").format(mention=mention),
                _("Look at the inbox to see what there is."),
            )
        return found

    def case(self, case: CaseId) -> CaseRow:
        found = self._data.cases.get(case)
        if found is None:
            raise KnownError(
                "no_such_case",
                _("There is no case {case}.").format(case=case),
                _("Look at the inbox to see what there is."),
            )
        return found

    def touched_cases(self) -> tuple[tuple[CaseId, str], ...]:
        return tuple(sorted(self._data.touched.items(), key=lambda one: int(one[0])))

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
            text=one.now.text[:CUT],
            stars=one.now.stars,
            url=one.url,
            site=one.site,
            published=one.published,
            heard=one.heard,
            older=one.case is None,
            touched=one.case in self._data.touched,
        )

    def rows(self, mentions: Sequence[MentionId]) -> tuple[InboxRow, ...]:
        return tuple(self.row(one) for one in mentions if one in self._data.mentions)

    def mention_ids(
        self, scope: Scope, *, limit: int | None = None, offset: int = 0
    ) -> tuple[MentionId, ...]:
        found = [one for one in self._data.mentions.values() if self._in(scope, one)]
        end = None if limit is None else offset + limit
        return tuple(one.id for one in sorted(found, key=_newest_first))[offset:end]

    def mentions_of_cases(self, cases: Sequence[CaseId]) -> tuple[MentionId, ...]:
        wanted = set(cases)
        found = [one for one in self._data.mentions.values() if one.case in wanted]
        return tuple(one.id for one in sorted(found, key=_newest_first))

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

    def sources(self) -> tuple[Source, ...]:
        counts: dict[SourceId | None, int] = {}
        for one in self._data.mentions.values():
            counts[one.source] = counts.get(one.source, 0) + 1
        return tuple(replace(s, mentions=counts.get(s.id, 0)) for s in self._data.sources.values())

    def accounts(self) -> tuple[Account, ...]:
        return tuple(self._data.accounts.values())

    def sealed_key(self, person: PersonId) -> SealedKey | None:
        return self._data.sealed.get(person)

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


class _Writing(_Reading):
    def append(self, written: Written) -> None:
        line = written.line
        number, before = self.head()
        if line.number != number + 1 or line.before != before:
            raise _refused(_("The journal has a line of that number already."))
        wrote = any(
            one.line.kind == "revised"
            and one.line.subject == line.subject
            and one.line.actor == line.actor
            for one in self._data.lines
        )
        if line.kind == "signed_off" and wrote:
            raise _refused(_("Who wrote a reply cannot sign it off."))
        self._data.lines.append(written)
        if line.case:
            case = CaseId(line.case)
            ending = line.kind if line.kind in ENDING_KINDS else self._data.touched.get(case, "")
            self._data.touched[case] = ending

    def add_mentions(
        self,
        source: SourceId | None,
        heard: Sequence[Heard],
        at: datetime,
        *,
        older: Sequence[bool],
        rules_line: int,
    ) -> tuple[Arrived, ...]:
        return tuple(
            self._add(source, one, at, older=old, rules_line=rules_line)
            for one, old in zip(heard, older, strict=True)
        )

    def _add(
        self, source: SourceId | None, heard: Heard, at: datetime, *, older: bool, rules_line: int
    ) -> Arrived:
        key = (str(source or ""), heard.key)
        known = self._data.keys.get(key)
        if known is not None:
            return self._again(self._data.mentions[known], heard, at)
        mention = MentionId(str(len(self._data.mentions) + 1))
        case = None if older else CaseId(str(len(self._data.cases) + 1))
        self._data.keys[key] = mention
        self._data.mentions[mention] = Mention(
            id=mention,
            case=case,
            source=source,
            origin=heard.origin,
            title=heard.title,
            url=heard.url,
            site=heard.site,
            published=heard.published,
            heard=at,
            contact=heard.contact,
            promise=heard.promise,
            versions=(_version(1, heard, at),),
        )
        if case is not None:
            self._data.cases[case] = CaseRow(case, mention, rules_line)
        return Arrived(Arrival.NEW, mention, case, heard.digest)

    def _again(self, known: Mention, heard: Heard, at: datetime) -> Arrived:
        if known.now.digest == heard.digest:
            return Arrived(Arrival.SAME, known.id, known.case, heard.digest)
        version = _version(known.now.number + 1, heard, at)
        self._data.mentions[known.id] = replace(known, versions=(*known.versions, version))
        return Arrived(Arrival.CHANGED, known.id, known.case, heard.digest)

    def save_draft(self, draft: StoredDraft) -> None:
        self._data.drafts.pop((draft.case, draft.by), None)
        self._data.drafts[draft.case, draft.by] = draft

    def drop_draft(self, case: CaseId, by: PersonId) -> None:
        self._data.drafts.pop((case, by), None)

    def save_boots(self, boots: Sequence[Boot]) -> None:
        self._data.boots = tuple(boots)

    def set_setting(self, name: str, value: str | None) -> None:
        if value is None:
            self._data.settings.pop(name, None)
        else:
            self._data.settings[name] = value

    def add_source(self, source: Source) -> SourceId:
        if any(one.address == source.address for one in self._data.sources.values()):
            raise KnownError(
                "source_exists",
                _("We listen to this address already."),
                _("Look at the list of sources."),
            )
        new = SourceId(str(self._data.next_source))
        self._data.next_source += 1
        self._data.sources[new] = replace(source, id=new)
        return new

    def save_poll(self, source: SourceId, title: str, state: PollState) -> None:
        if source in self._data.sources:
            known = self._data.sources[source]
            self._data.sources[source] = replace(known, title=title, state=state)

    def move_source(self, source: SourceId, address: str) -> None:
        if source in self._data.sources:
            self._data.sources[source] = replace(self._data.sources[source], address=address)

    def remove_source(self, source: SourceId) -> None:
        self._data.sources.pop(source, None)

    def save_account(self, account: Account) -> None:
        self._data.accounts[account.id] = account

    def remove_account(self, account: str) -> None:
        self._data.accounts.pop(account, None)

    def save_sealed_key(self, key: SealedKey) -> None:
        self._data.sealed[PersonId(key.person)] = key

    def put_outbox_row(self, row: OutboxRow) -> None:
        others = [one for one in self._data.outbox.values() if one.entry != row.entry and one.live]
        same = [
            one
            for one in others
            if one.reply == row.reply or (one.holding and row.holding and one.place == row.place)
        ]
        if row.live and same:
            raise KnownError(
                "already_in_outbox",
                _("There is already such a reply in the outbox."),
                _("Look at the outbox for where it stands."),
            )
        self._data.outbox[row.entry] = row

    def count_attempt(self, entry: EntryId, number: int) -> None:
        row = self._data.outbox.get(entry)
        if row is None or not row.live or row.attempts + 1 != number:
            raise KnownError(
                "claimed_elsewhere",
                _("This reply is being sent at this moment."),
                _("Wait for what comes of it."),
            )
        self._data.outbox[entry] = replace(row, attempts=number)

    def forget(self, number: int) -> None:
        written = self._data.lines[number - 1]
        self._data.lines[number - 1] = Written(written.line, None, None)


class MemoryStore:
    """The storage port, kept in this process alone."""

    def __init__(self) -> None:
        self._data = _Data()
        self._one_writer = threading.Lock()

    @contextmanager
    def read(self) -> Iterator[ReadTransaction]:
        yield _Reading(self._data)

    @contextmanager
    def write(self) -> Iterator[WriteTransaction]:
        with self._one_writer:
            data = self._data.copied()
            yield _Writing(data)
            self._data = data

    def backup(self, target: str) -> None:
        raise KnownError(
            "nothing_to_back_up",
            _("A rehearsal leaves nothing behind ({target}).").format(target=target),
            _("Back up your own home instead."),
        )

    def check(self) -> tuple[str, ...]:
        return ()

    def close(self) -> None:
        """Nothing to close."""


def _newest_first(one: Mention) -> tuple[float, int]:
    return -(one.published or one.heard).timestamp(), -int(one.id)


def _version(number: int, heard: Heard, at: datetime) -> MentionVersion:
    return MentionVersion(number, heard.text, heard.author, heard.stars, heard.visibility, at)


def _tokens(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return re.findall(r"[^\W_]+", letters)


def _holds(one: Mention, asked: list[str]) -> bool:
    words = _tokens(f"{one.now.author} {one.title} {one.now.text} {one.site}")
    whole = set(words)
    *first, last = asked
    return all(word in whole for word in first) and any(word.startswith(last) for word in words)


def _refused(words: str) -> KnownError:
    return KnownError("refused_by_database", words, _("Nothing was written. Look at it again."))
