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

import pytest

from calmreply.adapters.storage.sqlite import driver, opening
from calmreply.adapters.storage.sqlite.store import SqliteStore
from calmreply.app.ports import SealedKey
from calmreply.app.ports.storage import Scope
from calmreply.domain.mention import MentionId
from calmreply.testing.contracts.storage import samples
from calmreply.testing.contracts.storage.samples import refused

Open = Callable[..., SqliteStore]
Raw = Callable[..., list[tuple[object, ...]]]


posix = pytest.mark.skipif(os.name != "posix", reason="other systems have other rights")


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


@posix
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

    def test_the_database_of_another_program(
        self, tmp_path: Path, open_store: Open, raw: Raw
    ) -> None:
        raw(tmp_path, "CREATE TABLE songs (name TEXT)")
        before = file_in(tmp_path).read_bytes()
        with refused("database_damaged"):
            open_store(tmp_path)
        assert file_in(tmp_path).read_bytes() == before
        assert [file.name for file in tmp_path.iterdir()] == [opening.FILE]

    def test_newer_data_is_left_alone(self, tmp_path: Path, open_store: Open, raw: Raw) -> None:
        open_store(tmp_path).close()
        raw(tmp_path, "PRAGMA user_version = 99")
        before = file_in(tmp_path).read_bytes()
        with refused("newer_data"):
            open_store(tmp_path)
        assert file_in(tmp_path).read_bytes() == before

    def test_an_empty_file_is_a_new_home(self, tmp_path: Path, open_store: Open) -> None:
        file_in(tmp_path).touch()
        assert open_store(tmp_path).check() == ()

    def test_a_damaged_page(self, tmp_path: Path, open_store: Open, raw: Raw) -> None:
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

    @posix
    def test_a_file_that_may_not_grow(self, tmp_path: Path) -> None:
        """By the system's own limit, met in the write-ahead log in the middle of a commit."""
        script = Path(__file__).with_name("fill_the_disk.py")
        words = [sys.executable, str(script), str(tmp_path)]
        done = subprocess.run(words, timeout=240, check=True, capture_output=True, text=True)
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
