"""One file in a folder: who may read it, what is wrong with it, and what is said then."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from calmreply.adapters.storage import driver, opening
from calmreply.adapters.storage import open_store as open_real
from calmreply.adapters.storage.store import SqliteStore
from calmreply.app.ports import SealedKey
from calmreply.app.storage import Scope
from calmreply.domain.mention import CaseId, MentionId
from calmreply.testing.contracts.storage import samples
from calmreply.testing.contracts.storage.samples import refused

Open = Callable[..., SqliteStore]


@pytest.fixture
def open_store() -> Iterator[Open]:
    """As the real one, but patient for a moment only, and closed at the end."""
    opened: list[SqliteStore] = []

    def open_it(folder: Path, busy_seconds: float = 0.05) -> SqliteStore:
        opened.append(open_real(folder, busy_seconds=busy_seconds))
        return opened[-1]

    yield open_it
    for store in opened:
        store.close()


@pytest.fixture
def as_nobody() -> Iterator[Path]:
    """A folder, and the rights of an ordinary person even where the tests run as root."""
    folder = Path(tempfile.mkdtemp())
    root = os.geteuid() == 0
    if root:
        folder.chmod(0o777)
        os.seteuid(65534)
    yield folder
    if root:
        os.seteuid(0)
    for inside in folder.rglob("*"):
        inside.chmod(0o700)
    shutil.rmtree(folder)


def file_in(folder: Path) -> Path:
    return folder / opening.FILE


def names_in(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def raw(folder: Path, sql: str, *values: object) -> list[tuple[object, ...]]:
    """What a statement past our own code brings."""
    connection = driver.SQLITE.connect(str(file_in(folder)), isolation_level=None, timeout=0.05)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        found: list[tuple[object, ...]] = connection.execute(sql, values).fetchall()
    finally:
        connection.close()
    return found


class TestFolder:
    def test_for_the_owner_alone(self, tmp_path: Path, open_store: Open) -> None:
        old = os.umask(0)
        try:
            folder = tmp_path / "a" / "b"
            store = open_store(folder)
            samples.cases(store, 1)
        finally:
            os.umask(old)
        assert folder.stat().st_mode & 0o777 == 0o700
        modes = {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()}
        assert modes == {opening.FILE + more: 0o600 for more in ("", "-wal", "-shm")}

    def test_a_file_others_could_read_is_closed_to_them(
        self, tmp_path: Path, open_store: Open
    ) -> None:
        open_store(tmp_path).close()
        file_in(tmp_path).chmod(0o644)
        open_store(tmp_path)
        assert file_in(tmp_path).stat().st_mode & 0o777 == 0o600

    def test_a_folder_that_is_a_file(self, tmp_path: Path, open_store: Open) -> None:
        file = tmp_path / "home"
        file.write_text("my notes")
        for folder in (file, file / "below"):
            with refused("bad_folder"):
                open_store(folder)
        assert file.read_text() == "my notes"

    def test_a_file_that_is_a_folder(self, tmp_path: Path, open_store: Open) -> None:
        file_in(tmp_path).mkdir()
        with refused("database_damaged"):
            open_store(tmp_path)

    def test_a_folder_one_may_not_write_to(self, as_nobody: Path, open_store: Open) -> None:
        as_nobody.joinpath("home").mkdir(mode=0o500)
        for folder in (as_nobody / "home", as_nobody / "home" / "below"):
            with refused("read_only"):
                open_store(folder)

    def test_a_file_one_may_not_write_to(self, as_nobody: Path, open_store: Open) -> None:
        store = open_store(as_nobody / "home")
        samples.cases(store, 1)
        store.close()
        file_in(as_nobody / "home").chmod(0o400)
        with refused("read_only"):
            open_store(as_nobody / "home")
        file_in(as_nobody / "home").chmod(0o600)
        with open_store(as_nobody / "home").read() as tx:
            assert tx.count(Scope.ALL) == 1


class TestWhoseFile:
    @pytest.mark.parametrize("content", [b"my notes\n" * 1000, b"SQLite format 3\0" + b"x" * 9000])
    def test_a_file_that_is_no_database(
        self, tmp_path: Path, open_store: Open, content: bytes
    ) -> None:
        file_in(tmp_path).write_bytes(content)
        with refused("database_damaged"):
            open_store(tmp_path)
        assert file_in(tmp_path).read_bytes() == content

    def test_the_database_of_another_program(self, tmp_path: Path, open_store: Open) -> None:
        raw(tmp_path, "CREATE TABLE songs (name TEXT)")
        before = file_in(tmp_path).read_bytes()
        with refused("database_damaged"):
            open_store(tmp_path)
        assert file_in(tmp_path).read_bytes() == before
        assert [file.name for file in tmp_path.iterdir()] == [opening.FILE]

    def test_newer_data_is_left_alone(self, tmp_path: Path, open_store: Open) -> None:
        open_store(tmp_path).close()
        raw(tmp_path, "PRAGMA user_version = 99")
        before = file_in(tmp_path).read_bytes()
        with refused("newer_data"):
            open_store(tmp_path)
        assert file_in(tmp_path).read_bytes() == before

    def test_an_empty_file_is_a_new_home(self, tmp_path: Path, open_store: Open) -> None:
        file_in(tmp_path).touch()
        assert open_store(tmp_path).check() == ()

    def test_a_damaged_page(self, tmp_path: Path, open_store: Open) -> None:
        store = open_store(tmp_path)
        samples.cases(store, 500)
        store.close()
        (root,) = raw(tmp_path, "SELECT rootpage FROM sqlite_master WHERE name = 'mentions'")
        with file_in(tmp_path).open("r+b") as file:
            file.seek((int(str(root[0])) - 1) * 4096)
            file.write(b"\xff" * 4096)
        store = open_store(tmp_path)
        with refused("database_damaged"), store.read() as tx:
            tx.mention(MentionId("1"))
        assert store.check()


class TestConnections:
    def test_each_is_set_up_the_same_way(self, tmp_path: Path, open_store: Open) -> None:
        store = open_store(tmp_path)
        wanted = {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "trusted_schema": 0,
            "recursive_triggers": 1,
            "busy_timeout": 50,
        }
        with store.read() as one, store.read() as two, store.write() as three:
            for tx in (one, two, three):
                run = tx._connection.exec_driver_sql  # type: ignore[attr-defined]  # below the port
                assert {name: run(f"PRAGMA {name}").scalar() for name in wanted} == wanted

    def test_another_program_that_writes_for_too_long(
        self, tmp_path: Path, open_store: Open
    ) -> None:
        mine, theirs = open_store(tmp_path), open_store(tmp_path)
        (case,) = samples.cases(mine, 1)
        with theirs.write() as tx:
            tx.set_setting("a", "theirs")
            with refused("database_busy"):
                samples.append(mine, "page_read", case)
            with mine.read() as view:
                assert view.setting("a") is None
        samples.append(mine, "page_read", case)

    def test_another_thread_that_writes_for_too_long(
        self, tmp_path: Path, open_store: Open
    ) -> None:
        store = open_store(tmp_path)
        writing, done = threading.Event(), threading.Event()

        def write() -> None:
            with store.write():
                writing.set()
                done.wait(samples.WAIT)

        thread = threading.Thread(target=write)
        thread.start()
        writing.wait(samples.WAIT)
        with refused("database_busy"), store.write():
            pass
        done.set()
        thread.join()
        with store.write() as tx:
            tx.set_setting("a", "b")

    def test_a_transaction_stays_on_its_thread(self, tmp_path: Path, open_store: Open) -> None:
        failed: list[str] = []
        with open_store(tmp_path).read() as tx:

            def use() -> None:
                try:
                    tx.head()
                except RuntimeError as error:
                    failed.append(str(error))

            thread = threading.Thread(target=use)
            thread.start()
            thread.join()
        assert failed == ["used on another thread than its transaction's"]

    def test_a_closed_store_is_closed(self, tmp_path: Path, open_store: Open) -> None:
        store = open_store(tmp_path)
        store.close()
        with pytest.raises(RuntimeError), store.read():
            pass
        with pytest.raises(RuntimeError), store.write():
            pass

    def test_an_sqlite_that_is_too_old_is_told(self, tmp_path: Path, open_store: Open) -> None:
        assert "3.40.1" in driver.warning((3, 40, 1))
        assert not driver.warning((3, 51, 3))
        new = driver.SQLITE.sqlite_version_info >= driver.SAFE
        assert bool(open_store(tmp_path).warning) is not new


class TestFull:
    def test_a_full_disk_loses_nothing(self, tmp_path: Path, open_store: Open) -> None:
        store = open_store(tmp_path)
        samples.cases(store, 3)
        with store.read() as tx:
            run = tx._connection.exec_driver_sql  # type: ignore[attr-defined]  # below the port
            run(f"PRAGMA max_page_count = {run('PRAGMA page_count').scalar()}")
        with refused("disk_full"):
            samples.hear(store, samples.heard("big", "soup " * 100_000))
        with store.read() as tx:
            assert tx.count(Scope.ALL) == 3
            run = tx._connection.exec_driver_sql  # type: ignore[attr-defined]  # below the port
            run("PRAGMA max_page_count = 100000")
        samples.hear(store, samples.heard("big", "soup " * 100_000))
        assert store.check() == ()

    def test_a_file_that_may_not_grow(self, tmp_path: Path) -> None:
        """By the system's own limit, met in the write-ahead log in the middle of a commit."""
        script = Path(__file__).with_name("fill_the_disk.py")
        words = [sys.executable, str(script), str(tmp_path)]
        done = subprocess.run(words, timeout=60, check=True, capture_output=True, text=True)
        assert done.stdout.split() == ["disk_full", "3", "4", "()"]


class TestBackup:
    def test_it_is_whole_and_without_keys(self, tmp_path: Path, open_store: Open) -> None:
        store = open_store(tmp_path / "home")
        (case,) = samples.cases(store, 1)
        samples.append(store, "page_read", case)
        secret = b"the sealed half of a key, not for backups"
        with store.write() as tx:
            tx.save_sealed_key(SealedKey("anna", 1, b"p" * 32, secret, secret))
            before = samples.everything(tx)
        (tmp_path / "copy").mkdir()
        for more in (False, True):
            target = file_in(tmp_path / "copy")
            store.backup(str(target), with_keys=more)
            assert target.stat().st_mode & 0o777 == 0o600
            assert (secret in target.read_bytes()) is more
            assert names_in(target.parent) == [target.name]
            copy = open_store(tmp_path / "copy")
            assert copy.check() == ()
            with copy.read() as view:
                assert samples.everything(view)[:-1] == before[:-1]
                assert (view.sealed_key(samples.ANNA) is not None) is more
            copy.close()
            target.unlink()

    def test_nothing_is_overwritten(self, tmp_path: Path, open_store: Open) -> None:
        store = open_store(tmp_path / "home")
        target = tmp_path / "copy.db"
        target.write_text("mine")
        with refused("file_exists"):
            store.backup(str(target))
        assert target.read_text() == "mine"
        with refused("file_exists"):
            store.backup(str(tmp_path))
        with refused("read_only"):
            store.backup(str(tmp_path / "none" / "copy.db"))
        assert names_in(tmp_path) == ["copy.db", "home"]

    def test_a_failed_one_leaves_nothing(
        self, tmp_path: Path, open_store: Open, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store = open_store(tmp_path / "home")

        def fail(_self: Path, _target: Path) -> Path:
            raise PermissionError

        monkeypatch.setattr(Path, "replace", fail)
        with pytest.raises(PermissionError):
            store.backup(str(tmp_path / "copy.db"))
        assert names_in(tmp_path) == ["home"]


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
                " digest, visibility, NULL, NULL, NULL, '', '', NULL, NULL, '', '', ''"
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
            "INSERT INTO outbox VALUES (9, 'e2', 1, 'reply of e1', 'p', 0, 1, 0)",
            "INSERT INTO outbox VALUES (9, 'e1', 1, 'r', 'p', 0, 1, 0)",
            "UPDATE outbox SET attempts = -1",
            "UPDATE outbox SET live = 2",
        ],
    )
    def test_refused(self, home: Path, sql: str) -> None:
        def kept() -> list[tuple[object, ...]]:
            every = "SELECT * FROM "
            names = ("journal", "payloads", "mentions", "cases", "outbox")
            return [row for name in names for row in raw(home, every + name)]

        before = kept()
        with pytest.raises(driver.SQLITE.IntegrityError):
            raw(home, sql)
        assert kept() == before

    def test_erasing_is_allowed_once_and_leaves_no_trace(
        self, tmp_path: Path, open_store: Open
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
        self, tmp_path: Path, open_store: Open, name: str, ask: Callable[..., object]
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
        assert all("COVERING INDEX" in step or "SUBQUERY" in step for step in plan), plan
