"""What the database itself refuses, whoever writes to it: the program's role, and the owner."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from types import ModuleType

import pytest
from tests.storage.cluster import OWNER, WORKER, Cluster

from calmreply.adapters.storage.postgres import open_team
from calmreply.testing.contracts.storage import samples

NEXT = "INSERT INTO journal SELECT 4, hash, {}, at, payload_hash, key_id, signature, hash"
LAST = " FROM journal WHERE number = 3"


def line(more: str) -> str:
    """The next line of the journal as somebody would forge it."""
    return NEXT.format(more) + LAST


AS_THE_PROGRAM = (
    "UPDATE journal SET actor = 'ben'",
    "DELETE FROM journal",
    "TRUNCATE journal CASCADE",
    "UPDATE payloads SET salt = NULL, body = NULL",
    "DELETE FROM payloads",
    "DELETE FROM mentions",
    "UPDATE cases SET rules_line = 0",
    "DELETE FROM cases",
    "UPDATE versions SET text = ''",
    "DELETE FROM outbox",
    "UPDATE outbox SET attempts = 1",
    "UPDATE outbox SET reply = 'another'",
    "INSERT INTO outbox VALUES (9, 'e9', 1, 'reply of e1', 'p', 0, 1, 0, '', '')",
    "ALTER TABLE journal DISABLE TRIGGER ALL",
    "DROP TRIGGER journal_law ON journal",
    "DROP TABLE journal CASCADE",
    "CREATE TABLE more (a int)",
    "UPDATE alembic_version SET version_num = '0001'",
    "SET session_replication_role = replica",
    line("'signed_off', 1, 'r1', 'anna'"),
    line("'page_read', 99, '', 'anna'"),
    line("'attempt_began', 2, '', 'anna'"),
    line("'page_read', 1, '', 'anna'").replace("SELECT 4", "SELECT 5"),
    line("'page_read', 1, '', 'anna'").replace("4, hash", "4, before"),
    "INSERT INTO payloads VALUES (2, '', '')",
    "INSERT INTO outbox VALUES (9, 'e9', 1, 'r1', 'p', 0, 1, 1, '', '')",
    "INSERT INTO outbox VALUES (9, 'e9', 1, 'reply of e1', 'q', 1, 0, 1, '', '')",
    "UPDATE outbox SET holding = 0, attempts = 3",
)
AS_THE_OWNER = (
    "UPDATE journal SET actor = 'ben'",
    "DELETE FROM journal WHERE number = 3",
    "TRUNCATE journal CASCADE",
    "UPDATE payloads SET body = 'other'",
    "UPDATE payloads SET number = 9, salt = NULL, body = NULL WHERE number = 1",
    "DELETE FROM payloads",
    "DELETE FROM mentions",
    "DELETE FROM cases",
    "DELETE FROM outbox",
)


@pytest.fixture(scope="module")
def home(cluster: Cluster, founded: str) -> Iterator[str]:
    """Two cases, three lines, a holding reply that was tried twice."""
    name = cluster.database(like=founded)
    store = open_team(cluster.address(name))
    one, _two = samples.cases(store, 2)
    samples.append(store, "page_read", one)
    samples.append(store, "revised", one, subject="r1")
    with store.write() as tx:
        samples.put_chosen(tx, samples.outbox_row("e1", one, holding=True))
        tx.count_attempt(tx.outbox_rows()[0].entry, 1)
        tx.count_attempt(tx.outbox_rows()[0].entry, 2)
    yield name
    assert store.check() == ()
    store.close()


@pytest.fixture(scope="module")
def psycopg(cluster: Cluster) -> ModuleType:
    assert cluster.port
    return importlib.import_module("psycopg")


@pytest.mark.parametrize(
    ("who", "statement"),
    [*((WORKER, one) for one in AS_THE_PROGRAM), *((OWNER, one) for one in AS_THE_OWNER)],
)
def test_refused(
    home: str, cluster: Cluster, psycopg: ModuleType, who: str, statement: str
) -> None:
    def kept() -> list[object]:
        names = ("journal", "payloads", "mentions", "cases", "outbox", "alembic_version")
        return [cluster.run(home, f"TABLE {name}") for name in names]

    before = kept()
    with pytest.raises(psycopg.Error):
        cluster.run(home, statement, user=who)
    assert kept() == before


def test_what_it_refuses_is_forged_rightly(home: str, cluster: Cluster) -> None:
    """The lines above are refused for what they say, not because they could never be written."""
    right = line("'page_read', 2, '', 'anna'").replace("payload_hash, key_id", "'', key_id")
    count = "SELECT count(*) FROM journal"
    undone = cluster.run(home, "BEGIN", right, count, user=WORKER)
    assert undone == [(4,)]
    assert cluster.run(home, count) == [(3,)]


def test_the_server_notes_when_a_line_came(home: str, cluster: Cluster) -> None:
    asked = (
        "SELECT bool_and(recorded BETWEEN now() - interval '10 minutes' AND now()),"
        " count(DISTINCT recorded) FROM journal"
    )
    assert cluster.run(home, asked) == [(True, 3)]


def test_it_says_so_when_the_law_is_gone(cluster: Cluster, founded: str) -> None:
    name = cluster.database(like=founded)
    store = open_team(cluster.address(name))
    assert store.check() == ()
    cluster.run(name, "ALTER TABLE journal DISABLE TRIGGER journal_stays", user=OWNER)
    cluster.run(name, f"GRANT DELETE ON journal TO {WORKER}", user=OWNER)
    cluster.run(name, "DROP TRIGGER outbox_law ON outbox", user=OWNER)
    found = store.check()
    store.close()
    assert len(found) == 3
    for named in ("journal_stays", "outbox_law", "DELETE journal"):
        assert any(named in one for one in found)
