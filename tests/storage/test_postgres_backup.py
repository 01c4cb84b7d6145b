"""What the words for a backup advise is done with PostgreSQL's own programs, and comes back."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.storage.cluster import OWNER, PASSWORD, Cluster

from calmreply.adapters.storage.moving import copying
from calmreply.adapters.storage.moving.sides import ServerSide
from calmreply.adapters.storage.postgres import TeamAddress, open_team
from calmreply.errors import KnownError
from calmreply.testing.contracts.storage import samples


def program(name: str) -> str:
    """Of PostgreSQL's."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    path = str(found[-1]) if found else shutil.which(name)
    if path is None:
        pytest.skip(f"PostgreSQL's {name} is not here")
    return path


def rows(address: TeamAddress) -> list[list[object]]:
    side = ServerSide(address, "there")
    try:
        with side.turn() as at:
            return [
                [tuple(row) for row in at.execute(select(table).order_by(*table.primary_key))]
                for table in copying.TABLES
            ]
    finally:
        side.close()


def test_it_comes_back_whole(cluster: Cluster, founded: str, tmp_path: Path) -> None:
    name, again = cluster.database(like=founded), cluster.database()
    store = open_team(cluster.address(name))
    for case in samples.cases(store, 3):
        samples.append(store, "page_read", case, actor="")
    with store.write() as tx:
        tx.forget(2)
    with pytest.raises(KnownError) as told:
        store.backup("anywhere")
    assert f"pg_dump --format=custom --file=FILE {name}" in told.value.way_out
    assert f"pg_restore --dbname={name} FILE" in told.value.way_out
    store.close()

    file = str(tmp_path / "file")
    where = ["--host=127.0.0.1", f"--port={cluster.port}", f"--username={OWNER}"]
    env = {**os.environ, "PGPASSWORD": PASSWORD}
    dump = [program("pg_dump"), "--format=custom", f"--file={file}", *where, name]
    restore = [program("pg_restore"), f"--dbname={again}", "--exit-on-error", *where, file]
    for command in (dump, restore):
        subprocess.run(command, env=env, check=True)
    assert rows(cluster.address(again)) == rows(cluster.address(name))
    back = open_team(cluster.address(again))
    assert back.check() == ()
    samples.append(back, "rules_set", actor="")
    with back.read() as view:
        assert view.search("cold soup") == view.search("kim")
    back.close()
