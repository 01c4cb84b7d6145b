"""What a server, or somebody at it, says that nobody of ours would say: a sentence each, no end."""

from __future__ import annotations

import importlib
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.elsewhere import PATIENCE
from tests.storage.cluster import OWNER, PASSWORD, WORKER, Cluster
from tests.storage.test_postgres_live import heard_by
from tests.team.test_team_commands import Desk, said

from calmreply.adapters.storage.postgres import (
    engine,
    found_team,
    live,
    open_team,
    patience,
    telling,
)
from calmreply.adapters.storage.postgres.address import TeamAddress
from calmreply.adapters.storage.postgres.schema import REVISION
from calmreply.app.ports.changes import of_case
from calmreply.app.ports.storage import Source
from calmreply.app.teamwork import poller, team
from calmreply.bootstrap import Parts, open_home
from calmreply.domain.mention import CaseId, SourceId
from calmreply.errors import KnownError
from calmreply.testing.ports import NoFeeds, NoWeb
from calmreply.testing.secrets import FakeSecrets

AT = TeamAddress("db.example", "home", "shop", certificates="ca.pem")


@contextmanager
def altered(cluster: Cluster, what: str, back: str) -> Iterator[None]:
    cluster.run("postgres", what)
    try:
        yield
    finally:
        cluster.run("postgres", back)


def test_a_server_that_says_nothing_is_away() -> None:
    """As behind a firewall: the driver has an error of its own for that."""
    error = importlib.import_module("psycopg").errors.ConnectionTimeout("timeout expired")
    for connecting in (True, False):
        found = engine.known(error, AT, connecting=connecting)
        assert found is not None
        assert (found.code, "does not answer" in found.words) == ("server_away", True)


@pytest.mark.parametrize(
    ("said", "code", "told"),
    [
        ("FATAL:  sorry, too many clients already", "server_away", "no room"),
        ("FATAL:  the database system is starting up", "server_away", "just now"),
        ('could not translate host name "db.example" to address', "server_away", "not answer"),
        ("expected authentication request from server, but received H", "server_away", "5432"),
        ("received invalid response to SSL negotiation: H", "server_away", "PostgreSQL"),
        ('could not read root certificate file "ca.pem"', "no_certificate_file", "ca.pem"),
        ("SSL error: certificate verify failed", "server_not_trusted", "prove"),
        ("server does not support SSL, but SSL was required", "server_not_trusted", "prove"),
        ('FATAL:  no pg_hba.conf entry for host "10.0.0.9"', "server_refused", "10.0.0.9"),
        ("FATAL:  Passwort-Authentifizierung fehlgeschlagen", "server_refused", "Passwort"),
        ("FATAL:  a\x1b[2J\nb" + "c" * 9_000, "server_refused", "says: a [2J bccc"),
    ],
)
def test_whoever_answers_is_not_said_to_be_silent(said: str, code: str, told: str) -> None:
    error = importlib.import_module("psycopg").OperationalError(f"connection failed: {said}")
    found = engine.known(error, AT, connecting=True)
    assert found is not None
    assert found.code == code
    assert told in found.words
    assert len(found.words) < 500


def test_a_full_or_closed_database_is_not_said_to_be_missing(
    cluster: Cluster, founded: str
) -> None:
    name = cluster.database(like=founded)
    for what, back in (
        (f"DATABASE {name} CONNECTION LIMIT 0", f"DATABASE {name} CONNECTION LIMIT -1"),
        (f"ROLE {WORKER} CONNECTION LIMIT 0", f"ROLE {WORKER} CONNECTION LIMIT -1"),
        (f"DATABASE {name} ALLOW_CONNECTIONS false", f"DATABASE {name} ALLOW_CONNECTIONS true"),
    ):
        with altered(cluster, f"ALTER {what}", f"ALTER {back}"):
            with pytest.raises(KnownError) as raised:
                open_team(cluster.address(name))
            assert raised.value.code == "server_away", what
            assert "just now" in raised.value.words
    no, yes = (f"{deed} CONNECT ON DATABASE {name}" for deed in ("REVOKE", "GRANT"))
    with altered(cluster, f"{no} FROM PUBLIC", f"{yes} TO PUBLIC"):
        with pytest.raises(KnownError) as raised:
            open_team(cluster.address(name))
        assert (raised.value.code, name in raised.value.words) == ("server_refused", True)


def test_nothing_that_is_said_at_the_server_ends_the_listening(
    cluster: Cluster, founded: str
) -> None:
    name = cluster.database(like=founded)
    with closing(open_team(cluster.address(name))) as office:
        heard = heard_by(cluster, name, office)
        for said in (
            '{"by": "x", "head": Infinity}',
            '{"by": "x", "head": 1, "cases": [-Infinity], "kinds": []}',
            '{"by": "x", "head": 1, "cases": [1], "kinds": ["cases"]}',
            '{"by": "x", "head": 1e300}',
        ):
            cluster.run(name, f"NOTIFY {telling.CHANNEL}, '{said}'")
        told = '{"by": "x", "head": 1, "cases": [7], "kinds": []}'
        cluster.run(name, f"NOTIFY {telling.CHANNEL}, '{told}'")
        assert CaseId("7") in heard.until(of_case(CaseId("7"))).cases


def test_what_is_said_while_the_server_is_asked_is_told_at_once(
    cluster: Cluster, founded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It came with the answer, and nothing more comes that could wake whoever waits."""
    name, asked = cluster.database(like=founded), live._cases

    def said_meanwhile(*about: Any) -> frozenset[CaseId]:
        told = '{"by": "x", "head": 1, "cases": [7], "kinds": []}'
        cluster.run(name, f"NOTIFY {telling.CHANNEL}, '{told}'")
        return asked(*about)

    with closing(open_team(cluster.address(name))) as office:
        heard = heard_by(cluster, name, office)
        monkeypatch.setattr(live, "_cases", said_meanwhile)
        cluster.run(name, f"NOTIFY {telling.CHANNEL}, 'nonsense'")
        assert CaseId("7") in heard.until(of_case(CaseId("7"))).cases


@pytest.mark.parametrize("host", ["a..b", "h" * 300, "[a..b]", "[]"])
def test_what_can_be_no_server_is_said_before_anybody_goes_there(host: str) -> None:
    with pytest.raises(KnownError) as raised:
        team.address({"host": host, "database": "home", "user": "shop"})
    assert raised.value.code == "bad_team_address"


def test_a_number_in_brackets_is_the_number() -> None:
    assert team.address({"host": "[::1]", "database": "home", "user": "shop"}).host == "::1"


def started_otherwise(cluster: Cluster, *statements: str, letters: str = "UTF8") -> str:
    """A database of the owner's with something else in it, as somebody left it."""
    name = cluster.database()
    if letters != "UTF8":
        made = f"CREATE DATABASE {name}_old OWNER {OWNER} ENCODING '{letters}'"
        cluster.run("postgres", f"{made} LOCALE 'C' TEMPLATE template0")
        name = f"{name}_old"
    cluster.run(name, *statements, user=OWNER)
    return name


STAMPED = (
    "CREATE SCHEMA calmreply",
    f"GRANT USAGE ON SCHEMA calmreply TO {WORKER}",
    "CREATE TABLE calmreply.alembic_version (version_num varchar(32))",
    f"GRANT SELECT ON calmreply.alembic_version TO {WORKER}",
)
STAMP = "INSERT INTO calmreply.alembic_version VALUES "


@pytest.mark.parametrize(
    ("code", "statements", "letters"),
    [
        ("no_whole_home", STAMPED, "UTF8"),
        (
            "no_whole_home",
            (*STAMPED, STAMP + "('ae1027a6acf')"),
            "UTF8",
        ),
        (
            "no_whole_home",
            (*STAMPED, STAMP + f"('{REVISION:04}')"),
            "UTF8",
        ),
        ("not_utf8", (), "LATIN1"),
        ("not_utf8", (), "SQL_ASCII"),
    ],
    ids=["unstamped", "stamped otherwise", "stamped only", "western letters", "any bytes"],
)
def test_what_is_no_home_is_neither_opened_nor_founded_over(
    cluster: Cluster, code: str, statements: tuple[str, ...], letters: str
) -> None:
    name = started_otherwise(cluster, *statements, letters=letters)
    for go in (
        lambda: open_team(cluster.address(name)),
        lambda: found_team(cluster.address(name, OWNER), WORKER),
    ):
        with pytest.raises(KnownError) as raised:
            go()
        assert raised.value.code == code
        assert name in raised.value.words


def test_a_schema_that_was_made_for_the_owner_is_used(cluster: Cluster) -> None:
    name = started_otherwise(cluster, "CREATE SCHEMA calmreply")
    found_team(cluster.address(name, OWNER), WORKER)
    with closing(open_team(cluster.address(name))) as office:
        assert office.check() == ()


def test_whoever_else_has_the_sources_in_hand_nobody_hears_nothing_for_no_reason(
    cluster: Cluster, founded: str, tmp_path: Path
) -> None:
    """As by a copy of this computer's folder, which is called like this one."""
    name = cluster.database(like=founded)
    office = Desk(tmp_path / "office", Parts(secrets=FakeSecrets(), web=NoWeb(), feeds=NoFeeds()))
    office("team", "join", *said(cluster, name), secret_fd=PASSWORD)
    with open_home(office.folder, office.parts) as opened, opened.home.store.write() as tx:
        tx.add_source(Source(SourceId(""), "feed", "https://shop.example/feed", "Shop"))
    with closing(open_team(cluster.address(name))) as twin:
        assert twin.hold(poller.LOCK)
        found = office("listen", "--once", expect=4)
    assert found["error"]["code"] == "listens_elsewhere"
    assert "another computer" in found["error"]["words"]


class Between:
    """Stands between a program and the server, and from `swallow` on hands on nothing."""

    def __init__(self, cluster: Cluster) -> None:
        self._to = cluster.port
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        self._lines: list[socket.socket] = []
        self._deaf = threading.Event()
        self._threads = [threading.Thread(target=self._serve, name="between")]
        self._threads[0].start()

    def swallow(self) -> None:
        self._deaf.set()

    def close(self) -> None:
        for line in (self._door, *self._lines):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(PATIENCE)
        for line in (self._door, *self._lines):
            line.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                here, _from = self._door.accept()
                there = socket.create_connection(("127.0.0.1", self._to))
                self._lines += [here, there]
                for pair in ((here, there), (there, here)):
                    thread = threading.Thread(target=self._hand_on, args=pair, name="between")
                    self._threads.append(thread)
                    thread.start()

    def _hand_on(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65_536):
                if not self._deaf.is_set():
                    other.sendall(data)
            other.shutdown(socket.SHUT_RDWR)


def test_a_line_that_stands_and_brings_nothing_is_given_up(cluster: Cluster, founded: str) -> None:
    """What is in between takes what is said, and nothing ever comes back: no timeout of the
    server's ends that, and no keepalive.
    """
    between = Between(cluster)
    address = replace(cluster.address(cluster.database(like=founded)), port=between.port)
    try:
        with closing(open_team(address)) as office:
            with office.read() as tx:
                assert tx.head()[0] == 0
            with closing(office._engine.raw_connection()) as kept:
                line = kept.driver_connection
                assert isinstance(line, patience.Patient)
                assert line.longest > 30
                line.longest = 1  # only now: to get there and be let in may take longer
            between.swallow()
            for open_it in (office.read, office.write):
                with pytest.raises(KnownError) as raised, open_it() as tx:
                    tx.head()
                assert raised.value.code == "server_away"
                between.close()  # a new line is not let in either
    finally:
        between.close()
