"""What the file itself refuses, whoever asks, and how it answers what is asked all the time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from calmreply.adapters.storage import open_store as open_real
from calmreply.adapters.storage.sqlite import driver
from calmreply.adapters.storage.sqlite.store import SqliteStore
from calmreply.app.ports.storage import Scope
from calmreply.domain.mention import CaseId, MentionId, SourceId
from calmreply.testing.contracts.storage import samples

Open = Callable[..., SqliteStore]
Raw = Callable[..., list[tuple[object, ...]]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    store = open_real(home)
    (case,) = samples.cases(store, 1)
    samples.append(store, "revised", case, subject="r1", payload='{"secret":1}')
    samples.append(store, "page_read", case)
    with store.write() as tx:
        tx.put_outbox_row(samples.outbox_row("e1", case))
    store.close()
    return home


class TestLaw:
    """What the file refuses, whoever asks."""

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE journal SET actor = 'ben'",
            "UPDATE journal SET hash = hash WHERE number = 2",
            "DELETE FROM journal WHERE number = 2",
            "DELETE FROM journal",
            (
                "REPLACE INTO journal SELECT 1, before, kind, case_id, subject, 'ben', at,"
                " payload_hash, key_id, signature, hash FROM journal WHERE number = 1"
            ),
            (
                "REPLACE INTO journal SELECT number, before, kind, case_id, subject, 'ben', at,"
                " payload_hash, key_id, signature, hash FROM journal WHERE number = 2"
            ),
            (
                "INSERT INTO journal SELECT 4, hash, kind, case_id, subject, actor, at,"
                " payload_hash, key_id, signature, hash FROM journal WHERE number = 2"
            ),
            (
                "INSERT INTO journal SELECT 3, before, kind, case_id, subject, actor, at,"
                " payload_hash, key_id, signature, hash FROM journal WHERE number = 2"
            ),
            (
                "INSERT INTO journal SELECT 3, hash, 'signed_off', 1, 'r1', 'anna', at,"
                " payload_hash, key_id, signature, hash FROM journal WHERE number = 2"
            ),
            (
                "INSERT INTO journal SELECT 3, hash, kind, 99, subject, actor, at,"
                " payload_hash, key_id, signature, hash FROM journal WHERE number = 2"
            ),
            "UPDATE payloads SET body = 'other'",
            "UPDATE payloads SET body = NULL WHERE number = 1",
            "UPDATE payloads SET salt = NULL WHERE number = 1",
            "UPDATE payloads SET number = 9, salt = NULL, body = NULL WHERE number = 1",
            "DELETE FROM payloads",
            "REPLACE INTO payloads VALUES (2, x'00', x'00')",
            "REPLACE INTO payloads VALUES (1, NULL, NULL)",
            (
                "INSERT INTO mentions SELECT 9, case_id, NULL, key, origin, 1, 1, 1, 1, 1, 1,"
                " digest, visibility, NULL, NULL, NULL, '', '', NULL, NULL, '', '', '', '', '', '',"
                " NULL, '', '', ''"
                " FROM mentions"
            ),
            "UPDATE mentions SET origin = 'rumour'",
            "UPDATE mentions SET visibility = 'secret'",
            "UPDATE mentions SET stars = 3",
            "UPDATE mentions SET case_id = 99",
            "UPDATE mentions SET case_id = NULL",
            "UPDATE mentions SET standing = 0",
            "UPDATE mentions SET standing = 3",
            "UPDATE mentions SET text = NULL",
            "UPDATE mentions SET heard = 'yesterday'",
            "DELETE FROM mentions",
            "DELETE FROM cases",
            "INSERT INTO outbox VALUES (9, 'e2', 1, 'reply of e1', 'p', 0, 1, 0, '', '')",
            "INSERT INTO outbox VALUES (9, 'e1', 1, 'r', 'p', 0, 1, 0, '', '')",
            "UPDATE outbox SET attempts = -1",
            "UPDATE outbox SET live = 2",
        ],
    )
    def test_refused(self, home: Path, sql: str, raw: Raw) -> None:
        def kept() -> list[tuple[object, ...]]:
            every = "SELECT * FROM "
            names = ("journal", "payloads", "mentions", "cases", "outbox")
            return [row for name in names for row in raw(home, every + name)]

        before = kept()
        with pytest.raises(driver.SQLITE.IntegrityError):
            raw(home, sql)
        assert kept() == before

    def test_erasing_is_allowed_once_and_leaves_no_trace(
        self,
        tmp_path: Path,
        open_store: Open,
        raw: Raw,
    ) -> None:
        home = tmp_path
        store = open_store(home)
        secret = "Kim Park lives at Example Street 7" * 300
        samples.append(store, "rules_set", payload=f'"{secret}"')
        with store.write() as tx:
            tx.forget(1)
        for file in home.iterdir():
            assert secret[:30].encode() not in file.read_bytes(), file.name
        with pytest.raises(driver.SQLITE.IntegrityError):
            raw(home, "UPDATE payloads SET salt = x'00', body = x'00' WHERE number = 1")


class TestPlans:
    """The lists a window asks for all the time come from an index alone, in order."""

    @pytest.mark.parametrize(
        ("name", "ask"),
        [
            ("mentions_newest", lambda tx: tx.mention_ids(Scope.ALL, limit=9)),
            ("mentions_untouched", lambda tx: tx.mention_ids(Scope.UNTOUCHED, limit=9)),
            ("mentions_older", lambda tx: tx.mention_ids(Scope.OLDER, limit=9)),
            ("mentions_untouched", lambda tx: tx.count(Scope.UNTOUCHED)),
            ("mentions_older", lambda tx: tx.count(Scope.OLDER)),
            ("journal_endings", lambda tx: tx.touched_cases()),
            ("mentions_by_case", lambda tx: tx.mentions_of_cases([CaseId("1")])),
        ],
    )
    def test_by_index_alone(
        self,
        tmp_path: Path,
        open_store: Open,
        name: str,
        ask: Callable[..., object],
        raw: Raw,
    ) -> None:
        store = open_store(tmp_path)
        asked: list[tuple[str, tuple[object, ...]]] = []

        def note(*given: Any) -> None:
            asked.append((given[2], given[3]))

        with store.read() as tx:
            event.listen(store._engine, "before_cursor_execute", note)
            ask(tx)
        asked = [one for one in asked if one[0].startswith("SELECT")]
        ((sql, params),) = asked
        plan = [str(row[3]) for row in raw(tmp_path, f"EXPLAIN QUERY PLAN {sql}", *params)]
        assert any(name in step for step in plan), plan
        # `anon_1` are the ids in that order, handed on one by one to be put together as one text.
        by_index = ("COVERING INDEX", "SUBQUERY", "anon_1")
        assert all(any(words in step for words in by_index) for step in plan), plan

    @pytest.mark.parametrize(
        "ask",
        [
            lambda tx: tx.rows([MentionId("1")]),
            lambda tx: tuple(tx.stories([CaseId("1")])),
            lambda tx: tx.new_keys(None, ["a"]),
            lambda tx: tx.kept(SourceId("1"), ["a"]),
            lambda tx: tx.brought(SourceId("1"), samples.NOON, samples.NOON),
            lambda tx: tx.in_threads(["12"]),
            lambda tx: tx.alike([1], but=None, since=samples.NOON),
        ],
    )
    def test_what_is_asked_for_by_name_is_not_looked_for_everywhere(
        self, tmp_path: Path, open_store: Open, ask: Callable[..., object], raw: Raw
    ) -> None:
        store = open_store(tmp_path)
        samples.cases(store, 1)
        asked: list[tuple[str, tuple[object, ...]]] = []

        def note(*given: Any) -> None:
            asked.append((given[2], given[3]))

        with store.read() as tx:
            event.listen(store._engine, "before_cursor_execute", note)
            ask(tx)
        steps = [
            str(row[3])
            for sql, params in asked
            if sql.startswith("SELECT")
            for row in raw(tmp_path, f"EXPLAIN QUERY PLAN {sql}", *params)
        ]
        assert steps
        assert [one for one in steps if one.startswith("SCAN") and "json_each" not in one] == []
