"""A PostgreSQL of our own: started for the tests, on the loopback only, ended with them."""

from __future__ import annotations

import importlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from tests.elsewhere import free_port, wait_until

from calmreply.adapters.storage.postgres import TeamAddress

ADMIN, OWNER, WORKER = "postgres", "keeper", "shop"
PASSWORD = "a password of the tests"
PROGRAMS = ("initdb", "pg_ctl", "postgres")
_PLACES = "/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin"


def missing() -> str:
    """What a test of a team's home lacks here, in words; empty for nothing."""
    if importlib.util.find_spec("psycopg") is None:
        return "psycopg is not installed (the team extra)"
    if programs() is None:
        return f"PostgreSQL's programs are not here: {', '.join(PROGRAMS)} (apt: postgresql-15)"
    return ""


def programs() -> Path | None:
    """The newest folder with all of them."""
    on_path = shutil.which("initdb")
    found = [Path(on_path).parent] if on_path else []
    for place in _PLACES:
        found += sorted(Path("/").glob(place.lstrip("/")), reverse=True)
    return next((one for one in found if all((one / name).exists() for name in PROGRAMS)), None)


@dataclass
class Cluster:
    """A running server; `address` says how to come in."""

    bin: Path
    folder: Path
    port: int
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def address(self, database: str, user: str = WORKER) -> TeamAddress:
        return TeamAddress("127.0.0.1", database, user, PASSWORD, self.port, proof="disable")

    def database(self, like: str = "template0") -> str:
        """A new one of the owner's, as another one is."""
        name = f"home{next(self._numbers)}"
        self._left(like)
        self.run("postgres", f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {like}")
        return name

    def drop(self, database: str) -> None:
        self._left(database)
        self.run("postgres", f"DROP DATABASE {database}")

    def _left(self, database: str) -> None:
        """Wait until nobody is in there: the server itself does so for five seconds only."""
        asked = "SELECT datname FROM pg_stat_activity WHERE backend_type = 'client backend'"
        wait_until(
            lambda: (database,) not in self.run("postgres", asked), f"somebody stayed in {database}"
        )

    def let_clocks_be(self, database: str) -> None:
        """For a test with a clock of its own: what that says is not held against the server's."""
        self.run(database, "ALTER TABLE payloads DISABLE TRIGGER payloads_say_the_time")

    def let_claims_be(self, database: str) -> None:
        """For a test that claims what nobody has written or chosen."""
        self.run(database, "ALTER TABLE outbox DISABLE TRIGGER outbox_claims_law")

    def run(self, database: str, *statements: str, user: str = ADMIN) -> list[tuple[object, ...]]:
        """Each on its own, past our own code; the rows of the last one."""
        rows: list[tuple[object, ...]] = []
        with self.connection(database, user) as connection:
            connection.autocommit = True
            for statement in statements:
                found = connection.execute(statement)
                rows = found.fetchall() if found.description else []
        return rows

    @contextmanager
    def connection(self, database: str, user: str = WORKER) -> Iterator[Any]:
        """Past our own code; what is not committed in the block is taken back."""
        at = self.address(database, user)
        connection = importlib.import_module("psycopg").connect(
            host=at.host,
            port=at.port,
            dbname=database,
            user=user,
            password=PASSWORD,
            options="-c search_path=calmreply",
        )
        try:
            yield connection
        finally:
            connection.close()

    def control(self, *words: str) -> None:
        """`pg_ctl`, as somebody who is not root."""
        data = self.folder / "data"
        where = ("-D", str(data), "-l", str(self.folder / "log"))
        _run([str(self.bin / "pg_ctl"), *where, "-w", "-t", "120", *words], self.folder)

    def start(self) -> None:
        given = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder} -c fsync=off"
        self.control("-o", given, "start")

    def stop(self) -> None:
        self.control("-m", "immediate", "stop")


@contextmanager
def started() -> Iterator[Cluster]:
    """A new server with an owner and a worker, until the block ends."""
    place = programs()
    assert place is not None
    # Not pytest's own: other people must be able to go in, and a socket's name must be short.
    folder = Path(tempfile.mkdtemp(prefix="calm"))
    try:
        account = _nobody()
        if account is not None:
            os.chown(folder, account.pw_uid, account.pw_gid)
        password = folder / "password"
        password.write_text(PASSWORD)
        password.chmod(0o644)
        made = [str(place / "initdb"), "-D", str(folder / "data"), "-U", ADMIN, "--no-sync"]
        proof = ["-A", "scram-sha-256", f"--pwfile={password}"]
        _run([*made, *proof, "--locale=C.UTF-8", "-E", "UTF8"], folder)
        cluster = Cluster(place, folder, free_port())
        cluster.start()
        try:
            for role in (OWNER, WORKER):
                cluster.run("postgres", f"CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'")
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder)


def _run(command: Sequence[str], folder: Path) -> None:
    who: dict[str, Any] = {}
    if (account := _nobody()) is not None:
        who = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    # Into a file: the server keeps what it inherits, and a pipe would never end.
    said = folder / "said"
    with said.open("a") as into:
        done = subprocess.run(
            command,
            check=False,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=into,
            stderr=into,
            **who,
        )
    assert done.returncode == 0, said.read_text()


def _nobody() -> pwd.struct_passwd | None:
    """Whom to be instead of root, whom PostgreSQL refuses."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None
