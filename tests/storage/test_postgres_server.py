"""The server as it is met: not there, not trusted, another one writing, gone in the middle."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from tests.storage.cluster import OWNER, WORKER, Cluster

from calmreply.adapters.storage.postgres import TeamAddress, found_team, open_team, schema
from calmreply.adapters.storage.postgres.store import PostgresStore
from calmreply.domain.journal import Whole, verify
from calmreply.errors import KnownError
from calmreply.testing.contracts.storage import samples
from calmreply.testing.contracts.storage.samples import refused

END_OTHERS = (
    "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity"
    " WHERE application_name = 'calmreply' AND datname = current_database()"
)
KEY = '{"key_id":"anna.1.00","person":"","public":"00"}'


def two(cluster: Cluster, like: str) -> tuple[str, PostgresStore, PostgresStore]:
    """Two computers of a team in one new home; the second one waits for nobody."""
    name = cluster.database(like=like)
    address = cluster.address(name)
    return name, open_team(address), open_team(address, busy_seconds=0.05)


def test_a_server_must_prove_itself_unless_told_otherwise(cluster: Cluster, founded: str) -> None:
    plain = cluster.address(founded)
    strict = TeamAddress(plain.host, founded, plain.user, plain.password, plain.port)
    assert strict.proof == "verify-full"
    assert plain.password not in repr(strict)
    with refused("server_not_trusted"):
        open_team(strict)


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("server_refused", {"password": "another"}),
        ("server_refused", {"user": "nobody_here"}),
        ("no_such_database", {"database": "nowhere"}),
        ("no_team_home", {"database": "template1"}),
        ("server_away", {"port": 1}),
    ],
)
def test_why_it_cannot_be_opened(
    cluster: Cluster, founded: str, code: str, wrong: dict[str, object]
) -> None:
    address = replace(cluster.address(founded), **wrong)  # type: ignore[arg-type]  # field names
    with refused(code):
        open_team(address)


def test_programs_of_another_age_stay_outside(cluster: Cluster, founded: str) -> None:
    name = cluster.database(like=founded)
    for number, code in ((schema.REVISION - 1, "older_data"), (9999, "newer_data")):
        now = f"UPDATE alembic_version SET version_num = '{number:04}'"  # noqa: S608 - a sample
        cluster.run(name, now, user=OWNER)
        with refused(code):
            open_team(cluster.address(name))
        with refused(code):
            found_team(cluster.address(name, OWNER), WORKER)


def test_founding_is_the_owner_s_and_whole_or_not_at_all(cluster: Cluster) -> None:
    name = cluster.database()
    with refused("no_such_role"):
        found_team(cluster.address(name, OWNER), "nobody_here")
    with refused("not_allowed"):
        found_team(cluster.address(name, WORKER), OWNER)
    with refused("no_team_home"):
        open_team(cluster.address(name))
    for _again in range(2):
        found_team(cluster.address(name, OWNER), WORKER)
    store = open_team(cluster.address(name))
    assert store.check() == ()
    with refused("backed_up_there"):
        store.backup("anywhere")
    store.close()


def test_one_of_the_team_writes_at_a_time(cluster: Cluster, founded: str) -> None:
    _name, here, there = two(cluster, founded)
    with here.write() as tx:
        tx.set_setting("a", "unfinished")
        with refused("database_busy"), there.write():
            pass
        with there.read() as view:
            assert view.setting("a") is None
    with there.write() as tx:
        assert tx.setting("a") == "unfinished"
    here.close()
    there.close()


def test_two_write_one_whole_chain_and_claim_once(cluster: Cluster, founded: str) -> None:
    name, here, there = two(cluster, founded)
    there.close()
    there = open_team(cluster.address(name), busy_seconds=30)
    (case,) = samples.cases(here, 1)
    samples.append(here, "installation_key", actor="", payload=KEY)
    with here.write() as tx:
        tx.put_outbox_row(samples.outbox_row("e1", case))
    cluster.let_claims_be(name)
    entry = samples.outbox_row("e1", case).entry

    def work(store: PostgresStore) -> list[int]:
        won = []
        for number in range(1, 21):
            with suppress(KnownError), store.write() as tx:
                samples.write_line(tx, "page_read", case, actor="")
                tx.count_attempt(entry, number)
                won.append(number)
        return won

    with ThreadPoolExecutor(2) as both:
        each = [both.submit(work, store) for store in (here, there)]
        claimed = [number for one in each for number in one.result(samples.WAIT * 6)]
    with here.read() as view:
        found = verify(view.lines(), lambda _public, _words, _signature: True, view.head())
    here.close()
    there.close()
    assert isinstance(found, Whole)
    assert sorted(claimed) == list(range(1, 21))
    assert found.lines == 21


def test_who_writes_past_us_locks_the_case_too(cluster: Cluster, founded: str) -> None:
    name, here, there = two(cluster, founded)
    one, other = samples.cases(here, 2)
    with here.write() as tx:
        tx.put_outbox_row(samples.outbox_row("e1", one))
        tx.put_outbox_row(samples.outbox_row("e2", other))
    past = "UPDATE outbox SET link = 'https://b.example/9' WHERE entry = 'e1'"
    with cluster.connection(name) as connection:
        connection.execute(past)
        with refused("claimed_elsewhere"), there.write() as tx:
            tx.count_attempt(samples.outbox_row("e1", one).entry, 1)
        with refused("database_busy"):
            samples.append(there, "revised", one, subject="r1")
        samples.append(there, "revised", other, subject="r2")
    here.close()
    there.close()


def test_cut_in_the_middle_nothing_is_written(cluster: Cluster, founded: str) -> None:
    name, here, there = two(cluster, founded)
    there.close()
    samples.append(here, "rules_set")
    with refused("server_away"), here.write() as tx:
        samples.write_line(tx, "rules_set")
        cluster.run(name, END_OTHERS)
        samples.write_line(tx, "rules_set")
    with refused("server_away"), here.write() as tx:
        samples.write_line(tx, "rules_set")
        cluster.run(name, END_OTHERS)
    with refused("server_away"), here.read() as view:
        assert view.head()[0] == 1
        cluster.run(name, END_OTHERS)
        view.head()
    samples.append(here, "rules_set")
    with here.read() as view:
        assert view.head()[0] == 2
    here.close()


def test_a_server_that_comes_back_is_found_again(cluster: Cluster, founded: str) -> None:
    _name, here, there = two(cluster, founded)
    samples.append(here, "rules_set")
    cluster.stop()
    try:
        with refused("server_away"), here.read() as view:
            view.head()
        with refused("server_away"):
            samples.append(there, "rules_set")
    finally:
        cluster.start()
    for store in (here, there):
        samples.append(store, "rules_set")
    with here.read() as view:
        assert view.head()[0] == 3
    here.close()
    there.close()


def test_a_home_of_one_s_own_costs_nothing_of_this(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from calmreply.adapters.storage import open_store;"
        "open_store(Path(sys.argv[1])).close();"
        "print([one for one in sys.modules if 'postgres' in one or 'psycopg' in one])"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
