"""Two ways into the newest schema, and an older file that is brought there safely."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from calmreply.adapters.storage import open_store
from calmreply.adapters.storage.sqlite import driver, engine, law, opening, upgrading
from calmreply.domain.moment import Boot
from calmreply.errors import KnownError
from calmreply.testing.contracts.storage import samples

NEWEST = int(opening.SCHEMA)
NEXT = """
def upgrade():
    op.execute("CREATE TABLE shelf (id INTEGER PRIMARY KEY)")
    op.execute("INSERT INTO shelf SELECT id FROM mentions")
"""
FAILING = """
def upgrade():
    op.execute("CREATE TABLE half (id INTEGER PRIMARY KEY)")
    op.execute("DELETE FROM shelf")
    op.execute("INSERT INTO shelf VALUES ('no number')")
"""
DANGLING = """
def upgrade():
    op.execute("DELETE FROM cases")
"""


@pytest.fixture
def connections(tmp_path: Path) -> Iterator[Engine]:
    made = engine.make(opening.prepare(tmp_path), driver.SQLITE, 0.05)
    yield made
    made.dispose()


def everything_in(path: Path) -> dict[str, Any]:
    """The whole schema of a file, and its marks."""
    connection = driver.SQLITE.connect(str(path))
    try:
        asked = {
            "things": "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name",
            "whose": "PRAGMA application_id",
            "schema": "PRAGMA user_version",
            "alembic": "SELECT * FROM alembic_version",
            "words": "SELECT * FROM words_config ORDER BY k",
        }
        found = {name: connection.execute(sql).fetchall() for name, sql in asked.items()}
    finally:
        connection.close()
    found["things"] = [(*row[:3], "".join((row[3] or "").split())) for row in found["things"]]
    return found


def a_home_with_data(folder: Path) -> None:
    store = open_store(folder)
    samples.append(store, "page_read", samples.cases(store, 3)[0])
    store.close()


def with_migrations(folder: Path, *more: str) -> Path:
    """Our migrations, and one after the other those of these words."""
    copied = folder / "migrations"
    shutil.copytree(upgrading.MIGRATIONS, copied, ignore=shutil.ignore_patterns("__pycache__"))
    for number, words in enumerate(more, NEWEST + 1):
        head = (
            f'from alembic import op\nrevision = "{number:04}"\ndown_revision = "{number - 1:04}"'
        )
        (copied / "versions" / f"more_{number}.py").write_text(f"{head}\n{words}")
    return copied


def test_a_new_file_is_what_the_migrations_make(tmp_path: Path, connections: Engine) -> None:
    upgrading.upgrade(connections, tmp_path / opening.FILE, NEWEST)
    connections.dispose()
    open_store(tmp_path / "new").close()
    created = everything_in(tmp_path / "new" / opening.FILE)
    assert created == everything_in(tmp_path / opening.FILE)
    assert created["whose"] == [(law.APPLICATION_ID,)]
    assert created["schema"] == [(NEWEST,)]


def test_an_older_file_is_copied_and_brought_up(tmp_path: Path, connections: Engine) -> None:
    a_home_with_data(tmp_path)
    path = tmp_path / opening.FILE
    # A percent sign in a path is a trap of the parser alembic reads its options with.
    more = with_migrations(tmp_path / "100 %(here)s", NEXT)
    upgrading.upgrade(connections, path, NEWEST + 1, more)
    connections.dispose()
    copy = tmp_path / f"calmreply-before-{NEWEST + 1:04}.db"
    assert everything_in(path)["schema"] == [(NEWEST + 1,)]
    assert everything_in(copy)["schema"] == [(NEWEST,)]
    assert copy.stat().st_mode & 0o777 == 0o600
    with pytest.raises(KnownError) as newer:
        open_store(tmp_path)
    assert newer.value.code == "newer_data"
    copy.replace(path)
    store = open_store(tmp_path)
    with store.read() as tx:
        assert len(tx.touched_cases()) == 1
    store.close()


def test_boots_of_the_first_schema_count_as_met_when_last_seen(
    tmp_path: Path, connections: Engine
) -> None:
    upgrading.upgrade(connections, tmp_path / opening.FILE, 1)
    with connections.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO boots VALUES (0, 'a', 0, 0.1, 1, NULL), (1, 'b', 7, 1e7, 0, 8)"
        )
    connections.dispose()
    store = open_store(tmp_path)
    began = datetime.fromtimestamp(0, UTC)
    micro = timedelta(microseconds=1)
    with store.write() as tx:
        first, second = tx.boots()
        assert first == Boot("a", began, 0.1, 0.1, stepped=True)
        assert second == Boot("b", began + 7 * micro, 1e7, 1e7, confirmed=began + 8 * micro)
        tx.save_boots([first, second, replace(second, met=1e7 + 1, last=1e7 + 2)])
    with store.read() as tx:
        assert [boot.met for boot in tx.boots()] == [0.1, 1e7, 1e7 + 1]
    store.close()


@pytest.mark.parametrize("broken", [FAILING, DANGLING])
def test_a_failed_step_leaves_nothing_behind(
    tmp_path: Path, connections: Engine, broken: str
) -> None:
    a_home_with_data(tmp_path)
    path = tmp_path / opening.FILE
    more = with_migrations(tmp_path, NEXT, broken)
    for copy in (NEWEST + 1, NEWEST + 2):
        with pytest.raises(Exception, match=r"shelf|point nowhere"):
            upgrading.upgrade(connections, path, NEWEST + 2, more)
        # The first of the two stands, the second never was; the next try begins there.
        found = everything_in(path)
        assert found["schema"] == [(NEWEST + 1,)]
        assert found["alembic"] == [(f"{NEWEST + 1:04}",)]
        assert "half" not in [row[1] for row in found["things"]]
        assert (tmp_path / f"calmreply-before-{copy:04}.db").exists()
    with connections.begin() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM shelf").scalar() == 3
        assert connection.exec_driver_sql("SELECT count(*) FROM cases").scalar() == 3


def test_nobody_is_brought_up_under_a_running_program(tmp_path: Path, connections: Engine) -> None:
    running = open_store(tmp_path)
    more = with_migrations(tmp_path, NEXT)
    with running.read() as tx:
        assert tx.head()[0] == 0
        with pytest.raises(KnownError) as busy:
            upgrading.upgrade(connections, tmp_path / opening.FILE, NEWEST + 1, more)
    assert busy.value.code == "database_busy"
    with running.write() as tx:
        tx.set_setting("still", "here")
    running.close()
    assert everything_in(tmp_path / opening.FILE)["schema"] == [(NEWEST,)]


def test_what_the_start_imports(tmp_path: Path) -> None:
    """SQLAlchemy only with the first store, alembic only with an older file."""
    words = (
        "import sys; from pathlib import Path; from calmreply.adapters.storage import open_store;"
        "assert 'sqlalchemy' not in sys.modules;"
        "store = open_store(Path(sys.argv[1])); store.close();"
        "store = open_store(Path(sys.argv[1])); store.close();"
        "assert 'sqlalchemy' in sys.modules and 'alembic' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", words, str(tmp_path)], check=True, timeout=240)
