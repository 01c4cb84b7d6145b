"""The same with the data file itself: SQL in hand, the laws of the schema dropped, no keys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from calmreply.adapters.storage import open_store
from calmreply.adapters.storage.sqlite import driver
from calmreply.app import queries
from calmreply.app.persons import people
from calmreply.app.proving import trust
from calmreply.app.rules import settings
from calmreply.app.sending import send
from calmreply.app.sending.held import HeldError
from calmreply.domain.journal import Broken, Whole
from calmreply.domain.mention import CaseId
from calmreply.errors import KnownError

if TYPE_CHECKING:
    from tests.app.conftest import Bench

JOURNAL = {
    "a payload": "UPDATE payloads SET body = CAST(replace(body, '1', '0') AS BLOB) "
    "WHERE number = :feeling",
    "a payload that is no text": "UPDATE payloads SET body = x'FF00' WHERE number = :feeling",
    "a salt": "UPDATE payloads SET salt = x'00' WHERE number = :feeling",
    "a time": "UPDATE journal SET at = '2020-01-01T00:00:00.000Z' WHERE number = :feeling",
    "a kind": "UPDATE journal SET kind = 'nothing' WHERE number = :feeling",
    "a case": "UPDATE journal SET case_id = NULL WHERE number = :feeling",
    "a line": "DELETE FROM journal WHERE number = :feeling",
    "the end": "DELETE FROM journal WHERE number > :feeling",
    "rules": "UPDATE payloads SET body = CAST(replace(body, '30', '10') AS BLOB) "
    "WHERE number = :rules",
}
ROWS = {
    "stars": "UPDATE mentions SET stars = 5",
    "words": "UPDATE mentions SET text = 'Lovely.'",
    "the rules of a case": "UPDATE cases SET rules_line = 0",
}


@pytest.fixture
def file(bench: Bench, tmp_path: Path) -> Iterator[Path]:
    """The data file of a home with one case whose reply may go."""
    store = open_store(tmp_path / "home")
    bench.home = replace(bench.home, store=store)
    people.found_home(bench.home)
    ana, tom = bench.person("Ana"), bench.person("Tom")
    settings.change(bench.home, ana, {"wait_complaint_calm": "30"})
    case = bench.complaint()
    bench.until_ready(ana, tom, case, "Dear Marta, I am sorry.")
    assert bench.kinds(case) == []
    yield tmp_path / "home" / "calmreply.db"
    store.close()


def edited(file: Path, statement: str) -> None:
    with closing(driver.SQLITE.connect(str(file))) as connection:
        laws = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in laws.fetchall():
            connection.execute("DROP TRIGGER " + name)
        kinds = "SELECT kind, max(number) FROM journal GROUP BY kind"
        newest = dict(connection.execute(kinds).fetchall())
        numbers = {"feeling": newest["feeling_said"], "rules": newest["rules_set"]}
        assert connection.execute(statement, numbers).rowcount > 0
        connection.commit()


@pytest.mark.parametrize("what", [*JOURNAL, *ROWS])
def test_nothing_leaves(bench: Bench, file: Path, what: str) -> None:
    edited(file, {**JOURNAL, **ROWS}[what])
    with pytest.raises((KnownError, HeldError)) as refused:
        send.send(bench.home, bench.actor("Ana"), CaseId("1"))
    if isinstance(refused.value, KnownError):
        assert refused.value.code == "journal_broken"
    found = trust.verify_journal(bench.home)
    assert isinstance(found, Broken if what in JOURNAL else Whole)
    queries.overview(bench.home)
    queries.case_page(bench.home, CaseId("1"))
    queries.timeline(bench.home, CaseId("1"))
