"""An older home of a team is brought up to date by its owner, and by nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

import pytest
from sqlalchemy.exc import DBAPIError
from tests.storage.cluster import OWNER, WORKER, Cluster

from calmreply.adapters.storage.postgres import found_team, open_team, schema, steps, upgrade_team
from calmreply.adapters.storage.sqlite import opening
from calmreply.app.ports.storage import Scope
from calmreply.domain.mention import MentionId
from calmreply.testing.contracts.storage import samples
from calmreply.testing.contracts.storage.samples import refused

FIRST = Path(__file__).with_name("home_0006.sql")
SHAPE = (
    (
        "SELECT table_name, column_name, data_type, collation_name, is_nullable, column_default"
        " FROM information_schema.columns WHERE table_schema = 'calmreply'"
    ),
    "SELECT indexdef FROM pg_indexes WHERE schemaname = 'calmreply'",
    (
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'calmreply'::regnamespace"
    ),
    (
        "SELECT tgrelid::regclass::text, pg_get_triggerdef(oid), tgenabled FROM pg_trigger"
        " WHERE NOT tgisinternal AND tgrelid IN"
        " (SELECT oid FROM pg_class WHERE relnamespace = 'calmreply'::regnamespace)"
    ),
    (
        "SELECT proname, pg_get_functiondef(oid), proacl::text FROM pg_proc"
        " WHERE pronamespace = 'calmreply'::regnamespace"
    ),
    (
        "SELECT relname, pg_get_userbyid(relowner), relacl::text FROM pg_class"
        " WHERE relnamespace = 'calmreply'::regnamespace AND relkind = 'r'"
    ),
    "SELECT nspacl::text FROM pg_namespace WHERE nspname = 'calmreply'",
    "SELECT version_num FROM calmreply.alembic_version",
)
A_LIFE = (
    (
        "INSERT INTO sources (id, kind, address, title, takes, allow_private, removed, mentions,"
        " failures, trouble, words, way_out, asked_to_wait)"
        " VALUES (1, 'feed', 'https://a.example/feed', 'A', 'all', 0, 0, 1, 0, '', '', '', 0)"
    ),
    "INSERT INTO cases VALUES (1, 0)",
    (
        "INSERT INTO mentions (id, case_id, source_id, key, origin, standing, sort_at, heard,"
        " version, seen, digest, visibility, site, contact, author, title, text)"
        " VALUES (1, 1, 1, 'k', 'feed', 1, 5, 5, 1, 5, '\\x00', 'public', '', '', 'Ada', '',"
        " 'soup')"
    ),
    "INSERT INTO words VALUES (1, array_to_tsvector(ARRAY['ada', 'soup']))",
    "INSERT INTO settings VALUES ('business_id', 'b')",
)


@pytest.fixture
def older(cluster: Cluster) -> Iterator[str]:
    """The first home there was, with one mention."""
    name = cluster.database()
    cluster.run(name, FIRST.read_text(encoding="utf-8"))
    cluster.run(name, *A_LIFE, user=WORKER)
    yield name
    cluster.drop(name)


def shape(cluster: Cluster, name: str) -> list[list[str]]:
    return [sorted(map(repr, cluster.run(name, asked))) for asked in SHAPE]


def test_its_number_is_that_of_a_file() -> None:
    assert int(opening.SCHEMA) == schema.REVISION
    assert [*steps.STEPS] == [*range(steps.FIRST + 1, schema.REVISION + 1)]


def test_an_older_one_becomes_what_a_new_one_is(cluster: Cluster, founded: str, older: str) -> None:
    assert shape(cluster, older) != shape(cluster, founded)
    with refused("older_data"):
        open_team(cluster.address(older))
    with refused("older_data"):
        found_team(cluster.address(older, OWNER), WORKER)
    assert upgrade_team(cluster.address(older, OWNER)) == (steps.FIRST, schema.REVISION)
    assert shape(cluster, older) == shape(cluster, founded)
    store = open_team(cluster.address(older))
    samples.append(store, "page_read", samples.cases(store, 1)[0])
    with store.read() as tx:
        assert tx.count(Scope.ALL) == 2
        assert tx.search("soup")[-1] == MentionId("1")
        assert [source.address for source in tx.sources()] == ["https://a.example/feed"]
    assert store.check() == ()
    store.close()
    again = upgrade_team(cluster.address(older, OWNER))
    assert again == (schema.REVISION, schema.REVISION)


def test_who_only_works_there_upgrades_nothing(cluster: Cluster, older: str) -> None:
    before = shape(cluster, older)
    with refused("not_allowed"):
        upgrade_team(cluster.address(older))
    assert shape(cluster, older) == before


def test_a_step_that_fails_leaves_what_was_there(
    cluster: Cluster, older: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = {**steps.STEPS, steps.NEWEST: (*steps.STEPS[steps.NEWEST], "SELECT 1 / 0")}
    monkeypatch.setattr(steps, "STEPS", MappingProxyType(wrong))
    before = shape(cluster, older)
    with pytest.raises(DBAPIError, match="division by zero"):
        upgrade_team(cluster.address(older, OWNER))
    assert shape(cluster, older) == before


def test_a_newer_one_is_left_alone(cluster: Cluster, founded: str) -> None:
    name = cluster.database(like=founded)
    cluster.run(name, "UPDATE calmreply.alembic_version SET version_num = '9999'")
    with refused("newer_data"):
        upgrade_team(cluster.address(name, OWNER))


def test_who_is_inside_meanwhile_writes_no_more(cluster: Cluster, founded: str) -> None:
    """A window of the older program that stayed open all the time."""
    name = cluster.database(like=founded)
    store = open_team(cluster.address(name))
    samples.append(store, "rules_set", actor="")
    cluster.run(name, "UPDATE calmreply.alembic_version SET version_num = '9999'")
    with refused("newer_data"):
        samples.append(store, "rules_set", actor="")
    with store.read() as tx:
        assert tx.head()[0] == 1
    store.close()
