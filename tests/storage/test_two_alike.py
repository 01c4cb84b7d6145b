"""Whatever is done to them, the store in memory and the one in a file answer alike."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calmreply.adapters.storage import open_store
from calmreply.app.ports import SealedKey
from calmreply.app.ports.storage import (
    TURN,
    Account,
    PollState,
    Source,
    Store,
    StoredDraft,
    Takes,
    WriteTransaction,
)
from calmreply.domain.journal import START, Line, Written, payload_hash
from calmreply.domain.mention import CaseId, Heard, MentionId, Origin, SourceId, Stars, Visibility
from calmreply.domain.moment import Boot, Reading
from calmreply.domain.outbox import EntryId
from calmreply.errors import KnownError
from calmreply.testing.contracts.storage import samples
from calmreply.testing.store import MemoryStore

WORDS = (
    "soup",
    "Soupe",
    "cr\u00e8me",
    "creme",
    "it's",
    "42",
    "\u4f60\u597d",
    "!?",
    "\U0001f600",
    "so",
)
KINDS = ("page_read", "revised", "signed_off", "set_aside", "reopened", "rules_set", TURN, TURN)


@dataclass(frozen=True)
class Deed:
    """Something done in a write transaction."""

    what: str
    call: Callable[[WriteTransaction], object]

    def __repr__(self) -> str:
        return self.what


def deeds(method: str, /, **drawn: st.SearchStrategy[Any]) -> st.SearchStrategy[Deed]:
    """Calls of one method with drawn values."""

    def make(values: dict[str, Any]) -> Deed:
        words = ", ".join(f"{key}={value!r}" for key, value in values.items())
        return Deed(f"{method}({words})", lambda tx: getattr(tx, method)(**values))

    return st.fixed_dictionaries(drawn).map(make)


few = st.integers(1, 4).map(str)
odd = st.sampled_from(["1", "2", "3", "9", "", "x"])
people = st.sampled_from([samples.ANNA, samples.BEN])
times = st.integers(0, 3 * 10**9).map(lambda n: samples.NOON + timedelta(microseconds=n))
maybe = st.none() | times
texts = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)
heard = st.builds(
    Heard,
    key=few,
    author=texts,
    text=texts,
    origin=st.sampled_from(Origin),
    title=texts,
    url=st.none() | texts,
    site=texts,
    stars=st.none() | st.builds(Stars, st.integers(0, 5)),
    published=maybe,
    visibility=st.sampled_from(Visibility),
    thread=st.sampled_from(["", "t", "u"]),
    answers=st.sampled_from(["", "1"]),
)
readings = st.builds(Reading, times, st.sampled_from("ab"), st.floats(0, 1e6))
polls = st.builds(PollState, etag=st.none() | texts, next_at=maybe, failures=st.integers(0, 3))
sources = st.builds(
    Source,
    id=st.just(SourceId("")),
    kind=st.just("feed"),
    address=st.sampled_from("abc"),
    title=texts,
    takes=st.sampled_from(Takes),
    allow_private=st.booleans(),
    state=polls,
)
ticks = st.floats(0, 1e6)
boots = st.lists(st.builds(Boot, few, times, ticks, ticks, st.booleans(), maybe), max_size=4)
rows = st.builds(
    samples.outbox_row,
    few,
    few.map(CaseId),
    reply=st.sampled_from("rs"),
    place=st.sampled_from("pq"),
    holding=st.booleans(),
    live=st.booleans(),
    attempts=st.integers(0, 2),
    reference=st.sampled_from(["", "x", "y\x00"]),
    link=st.sampled_from(["", "x", "z"]),
)


SAID = payload_hash(b"salt", START)
"""What a line says of its payload, which a server holds against it."""


def _line(kind: str, case: str, subject: str, actor: str, jump: int) -> Deed:
    def call(tx: WriteTransaction) -> object:
        number, before = tx.head()
        line = Line(number + 1, before, kind, case, subject, actor, "now", SAID, "k", b"s")
        tx.append(Written(replace(line, number=line.number + jump), START, b"salt"))
        return None

    return Deed(f"append({kind}, {case!r}, {subject}, {actor}, {jump})", call)


def _hear(source: SourceId | None, pairs: list[tuple[Heard, bool]]) -> Deed:
    what, older = [one for one, _old in pairs], [old for _one, old in pairs]
    return Deed(
        f"add_mentions({source}, {pairs})",
        lambda tx: tx.add_mentions(source, what, samples.NOON, older=older, rules_line=3),
    )


def _join(source: SourceId | None, given: list[tuple[Heard, CaseId | None, list[int]]]) -> Deed:
    what = [one for one, _case, _marks in given]
    joins, marks = [case for _one, case, _marks in given], [own for _one, _case, own in given]
    late = samples.NOON + timedelta(hours=1)
    return Deed(
        f"add_mentions({source}, {given}, joining)",
        lambda tx: tx.add_mentions(
            source, what, late, older=[False] * len(what), rules_line=4, joins=joins, marks=marks
        ),
    )


def _split(mention: str, marks: list[int]) -> Deed:
    def call(tx: WriteTransaction) -> object:
        case = tx.mention(MentionId(mention)).case
        if case is None or tx.case(case).mention == mention:
            return None
        return tx.split(MentionId(mention), rules_line=5, marks=marks)

    return Deed(f"split({mention}, {marks})", call)


subject, actor = st.sampled_from("rs12345"), st.sampled_from("ab")
jump = st.sampled_from([0] * 9 + [1])
hear = st.builds(
    _hear,
    st.none() | st.sampled_from("123").map(SourceId),
    st.lists(st.tuples(heard, st.booleans()), max_size=5),
)
marks = st.lists(st.integers(1, 4), max_size=3)
join = st.builds(
    _join,
    st.none() | st.sampled_from("123").map(SourceId),
    st.lists(st.tuples(heard, st.none() | st.sampled_from("1129").map(CaseId), marks), max_size=4),
)
split = st.builds(_split, st.integers(1, 8).map(str), marks)
line = st.builds(_line, st.sampled_from(KINDS), odd | few, subject, actor, jump)
deed = st.one_of(
    hear,
    hear,
    join,
    join,
    split,
    line,
    line,
    deeds("forget", number=st.integers(0, 5)),
    deeds(
        "save_draft",
        draft=st.builds(
            StoredDraft, few.map(CaseId), people, st.none() | few, texts, texts, readings
        ),
    ),
    deeds("drop_draft", case=odd.map(CaseId), by=people),
    deeds("save_boots", boots=boots),
    deeds("set_setting", name=few, value=st.none() | texts),
    deeds("add_source", source=sources),
    deeds("save_poll", source=odd.map(SourceId), title=texts, state=polls),
    deeds("move_source", source=odd.map(SourceId), address=st.sampled_from("abcd")),
    deeds("remove_source", source=odd.map(SourceId)),
    deeds("save_account", account=st.builds(Account, few, texts, st.dictionaries(few, texts))),
    deeds("remove_account", account=few),
    deeds(
        "save_sealed_key",
        key=st.builds(SealedKey, people, st.integers(1, 3), *[st.binary(max_size=4)] * 3),
    ),
    deeds("put_outbox_row", row=rows),
    deeds("count_attempt", entry=few.map(EntryId), number=st.integers(1, 3)),
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new home, to be copied."""
    folder = tmp_path_factory.mktemp("empty")
    open_store(folder).close()
    return folder


def outcome(store: Store, done: list[Deed], *, stop: bool) -> list[object]:
    """What each deed of one transaction brought, a refusal included, which undoes them all."""
    found: list[object] = []
    try:
        with store.write() as tx:
            for one in done:
                found.append(one.call(tx))
                found.append(samples.everything(tx))
            if stop:
                tx.count_attempt(EntryId("none"), 1)
    except KnownError as error:
        found += [error.code, error.words, error.way_out]
    return found


def told(store: Store) -> list[object]:
    buts = (None, SourceId("1"), SourceId("2"))
    sinces = (samples.NOON, samples.NOON + timedelta(minutes=1))
    asked = [*WORDS, "soup creme", "cre so", "IT'S 4", "\u4f60", "s", "soup \U0001f600"]
    with store.read() as tx:
        known = dict.fromkeys(case.id for _mention, case in tx.mentions() if case is not None)
        return [
            [(one.row, one.mention, one.turns) for one in tx.stories(tuple(known))],
            tx.keyed(["1", "2", "9", ""]),
            tx.in_threads(["t", "u", "v", ""]),
            tx.answered_by(["x", "y\x00", "y", "z", ""]),
            *samples.everything(tx),
            [tx.setting(str(name)) for name in range(1, 5)],
            [tx.search(words) for words in asked],
            [tx.search(words, limit=2) for words in asked],
            [tuple(tx.lines(case=CaseId(case))) for case in ("", "1", "2")],
            tuple(tx.lines(kinds=("revised", "set_aside"), after=1)),
            tx.mentions_of_cases([CaseId("3"), CaseId("1")]),
            tx.outbox_rows(),
            [tx.alike((1, 2, 3, 4), but=but, since=since) for but in buts for since in sinces],
            [tx.new_keys(but, ["1", "2", "3", "9"]) for but in buts],
            [tx.kept(but, ["1", "2", "3", "9"]) for but in buts if but],
            [tx.brought(but, since, max(sinces)) for but in buts if but for since in sinces],
            [case for _mention, case in tx.mentions()],
        ]


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(transactions=st.lists(st.tuples(st.lists(deed, max_size=4), st.booleans()), max_size=12))
def test_alike(empty: Path, transactions: list[tuple[list[Deed], bool]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = shutil.copytree(empty, Path(folder) / "home")
        memory, file = MemoryStore(), open_store(home)
        try:
            for done, stop in transactions:
                assert outcome(file, done, stop=stop) == outcome(memory, done, stop=stop)
                assert told(file) == told(memory)
            assert file.check() == ()
        finally:
            file.close()
