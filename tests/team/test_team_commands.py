"""`calmreply team ...`: a server looked at, a home founded there, joined, worked in and left."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.storage.cluster import OWNER, PASSWORD, WORKER, Cluster

from calmreply.adapters import local_files
from calmreply.adapters.storage.sqlite.opening import FILE
from calmreply.bootstrap import Parts, Program
from calmreply.cli.console import Console
from calmreply.cli.main import main
from calmreply.testing.secrets import FakeSecrets


@contextmanager
def open_line(text: str) -> Iterator[int]:
    reading, writing = os.pipe()
    os.write(writing, f"{text}\n".encode())
    os.close(writing)
    try:
        yield reading
    finally:
        os.close(reading)


@dataclass
class Desk:
    """One computer's command line."""

    folder: Path
    parts: Parts

    def __call__(self, *words: str, expect: int = 0, **secrets: str) -> Any:
        """With `--json`; each secret goes by an open file of its own."""
        with ExitStack() as closing:
            line = [*words, "--json", "--home", str(self.folder)]
            for option, secret in secrets.items():
                number = closing.enter_context(open_line(secret))
                line += [f"--{option.replace('_', '-')}", str(number)]
            out, err = io.StringIO(), io.StringIO()
            code = main(line, Program(self.parts), Console(io.BytesIO(), out, err))
        data = json.loads(out.getvalue())
        assert code == expect, (words, data, err.getvalue())
        return data


class Asking(Console):
    """Somebody sits there, and knows the passphrase."""

    def ask_secret(self, question: str) -> str:
        assert "passwords" in question
        return "seven quiet loaves rise"


@pytest.fixture
def office(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "office", Parts(secrets=FakeSecrets()))


def said(cluster: Cluster, database: str, user: str = WORKER, **other: str) -> list[str]:
    at = {"host": "127.0.0.1", "port": str(cluster.port), "database": database, "user": user}
    at |= {"sslmode": "disable", **other}
    return ["--set", *(f"{name}={value}" for name, value in at.items())]


def test_from_an_empty_database_to_two_computers(
    cluster: Cluster, office: Desk, tmp_path: Path
) -> None:
    name = cluster.database()
    at, owns = said(cluster, name), said(cluster, name, OWNER)
    found = office("team", "try", *at, expect=4, secret_fd=PASSWORD)
    assert found["error"]["code"] == "no_team_home"
    found = office("team", "found", *owns, "--works-as", WORKER, secret_fd=PASSWORD)
    assert (found["role_made"], found["works_as"]) == (False, WORKER)
    found = office("team", "try", *at, secret_fd=PASSWORD)
    assert (found["people"], found["warnings"]) == (0, [])
    assert PASSWORD not in json.dumps(found)
    assert not office.folder.exists()

    office("inbox")  # somebody opened it once, before they knew of the team
    assert (office.folder / FILE).exists()
    joined = office("team", "join", *at, secret_fd=PASSWORD)
    assert joined["password_kept"] is True
    counter = Desk(tmp_path / "counter", Parts(secrets=FakeSecrets()))
    counter("team", "join", *at, secret_fd=PASSWORD)
    text = tmp_path / "text"
    text.write_text("The bread was stale.")
    added = office("mention", "add", "--author", "Robin Sample", "--text-file", str(text))
    assert [one["case"] for one in counter("inbox")] == [added["case"]]
    assert counter("journal", "verify")["whole"] is True
    for desk in (office, counter):
        assert not (desk.folder / FILE).exists()
        assert desk("team", "show")["team"]["database"] == name

    assert counter("team", "call", "The counter")["computer"]["name"] == "The counter"
    counter("team", "leave")
    assert counter("team", "show") == {"team": None}
    assert counter("inbox") == []
    assert counter("team", "leave", expect=4)["error"]["code"] == "no_team"
    assert len(office("inbox")) == 1


def test_a_role_is_made_where_it_is_missing_and_no_owner_works(
    cluster: Cluster, office: Desk
) -> None:
    name, role = cluster.database(), 'the "till"'
    owns = said(cluster, name, OWNER)
    found = office("team", "found", *owns, "--works-as", role, expect=4, secret_fd=PASSWORD)
    assert found["error"]["code"] == "no_such_role"
    found = office("team", "found", *owns, "--works-as", OWNER, expect=4, secret_fd=PASSWORD)
    assert found["error"]["code"] == "one_role"
    till = "only for the till"
    making = partial(office, "team", "found", *owns, "--works-as", role, secret_fd=PASSWORD)
    found = making(role_secret_fd=till, expect=4)
    assert found["error"]["code"] == "not_allowed"
    cluster.run("postgres", f"ALTER ROLE {OWNER} CREATEROLE")
    try:
        assert making(role_secret_fd=till)["role_made"] is True
    finally:
        cluster.run("postgres", f"ALTER ROLE {OWNER} NOCREATEROLE")
    at = said(cluster, name, role)
    assert office("team", "try", *at, secret_fd=till)["warnings"] == []
    wrong = office("team", "try", *at, expect=4, secret_fd=PASSWORD)
    assert wrong["error"]["code"] == "server_refused"


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("bad_team_address", {"host": ""}),
        ("bad_team_address", {"port": "many"}),
        ("bad_team_address", {"sslmode": "prefer"}),
        ("bad_team_address", {"pasword": "x"}),
        ("server_not_trusted", {"sslmode": "verify-full"}),
        ("server_not_trusted", {"sslmode": ""}),
        ("no_certificate_file", {"sslmode": "verify-full", "certificates": "/nowhere/x.pem"}),
        ("server_away", {"port": "1"}),
    ],
)
def test_why_a_server_will_not_do(
    cluster: Cluster, founded: str, office: Desk, code: str, wrong: dict[str, str]
) -> None:
    at = said(cluster, founded, **wrong)
    for deed in ("try", "join"):
        assert office("team", deed, *at, expect=4, secret_fd=PASSWORD)["error"]["code"] == code
    assert not office.folder.exists()


def test_a_home_with_a_record_is_not_left_lying(
    cluster: Cluster, founded: str, office: Desk, tmp_path: Path
) -> None:
    text = tmp_path / "text"
    text.write_text("The bread was stale.")
    office("mention", "add", "--author", "Robin Sample", "--text-file", str(text))
    at = said(cluster, founded)
    found = office("team", "join", *at, expect=4, secret_fd=PASSWORD)
    assert found["error"]["code"] == "home_there"
    assert local_files.team(office.folder) is None
    assert len(office("inbox")) == 1


def test_without_a_keyring_a_sealed_file_or_the_server_s_own(
    cluster: Cluster, founded: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = cluster.database(like=founded)
    office = Desk(tmp_path / "office", Parts())
    at = said(cluster, name)
    sealed = office("team", "join", *at, secret_fd=PASSWORD, seal_fd="seven quiet loaves rise")
    assert sealed["password_kept"] is True
    locked = office("inbox", expect=4)["error"]
    assert locked["code"] == "team_password_locked"
    assert ".pgpass" in locked["way_out"]  # a script has no terminal to be asked at
    asked = Asking(io.BytesIO(), io.StringIO(), io.StringIO(), asks=True)
    assert main(["doctor", "--home", str(office.folder)], Program(Parts()), asked) == 0
    assert name in asked.out.getvalue()  # type: ignore[attr-defined]  # a StringIO
    bare = Desk(tmp_path / "bare", Parts())
    assert bare("team", "join", *at, secret_fd=PASSWORD)["password_kept"] is False
    assert bare("inbox", expect=4)["error"]["code"] == "server_refused"
    file = tmp_path / "pgpass"
    file.write_text(f"127.0.0.1:{cluster.port}:{name}:{WORKER}:{PASSWORD}\n")
    file.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(file))
    assert bare("inbox") == []
