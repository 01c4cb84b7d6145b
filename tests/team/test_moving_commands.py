"""`calmreply team move`: one command each way, killed and given again; and `team upgrade`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from tests.storage.cluster import OWNER, PASSWORD, WORKER, Cluster
from tests.storage.test_postgres_upgrade import FIRST
from tests.team.test_team_commands import Desk, said

from calmreply.adapters.storage.sqlite.opening import FILE
from calmreply.bootstrap import Parts
from calmreply.testing.secrets import FakeSecrets

PASSPHRASE = "seven quiet loaves rise"
TO_SERVER = ("team", "move", "--to", "server", "--owner", OWNER)
KILLED = """
import os, signal, sys
from pathlib import Path
from calmreply.adapters.storage.moving import course
from calmreply.app.teamwork.team import TeamAddress
from calmreply.bootstrap import Program

def tell(progress):
    if progress.stage.value == sys.argv[3] and progress.done >= int(sys.argv[4]):
        os.kill(os.getpid(), signal.SIGKILL)

at = TeamAddress("127.0.0.1", sys.argv[2], "keeper", sys.argv[6], int(sys.argv[5]), "disable")
course.to_server(Path(sys.argv[1]), at, tell, Program().verify())
"""


@pytest.fixture
def office(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "office", Parts(secrets=FakeSecrets()))


@pytest.fixture
def at_work(office: Desk, tmp_path: Path) -> Desk:
    """A home with a person in it, a case that was read, and many mentions."""
    text = tmp_path / "text"
    text.write_text("The bread was stale.")
    office("people", "add", "Anna", new_passphrase_fd=PASSPHRASE)
    added = office("mention", "add", "--author", "Robin Sample", "--text-file", str(text))
    office("case", "read", added["case"], "--as", "Anna", passphrase_fd=PASSPHRASE)
    return office


def inside(desk: Desk) -> list[object]:
    """What the window would show."""
    case = desk("inbox")[0]["case"]
    whole = desk("journal", "verify")
    assert whole["whole"] is True
    shown = desk("case", "show", case)
    known = [shown[name] for name in ("mention", "read_by", "feelings")]
    return [desk("inbox"), known, desk("people", "list"), whole]


def test_there_and_back(cluster: Cluster, founded: str, at_work: Desk, tmp_path: Path) -> None:
    office, name = at_work, cluster.database(like=founded)
    before = inside(office)
    at = said(cluster, name)
    go = partial(office, *TO_SERVER, *at, secret_fd=PASSWORD, owner_secret_fd=PASSWORD)
    wrong = office(
        *TO_SERVER, *at, "--owner", WORKER, secret_fd=PASSWORD, owner_secret_fd=PASSWORD, expect=4
    )
    assert wrong["error"]["code"] == "not_allowed"
    went = go()
    assert went["team"]["database"] == name
    assert PASSWORD not in str(went)
    assert not (office.folder / FILE).exists()
    assert Path(went["kept"]).parent == office.folder
    assert office("team", "show")["team"]["database"] == name
    assert inside(office) == before
    twice = go(expect=4)
    assert twice["error"]["code"] == "not_in_folder"

    counter = Desk(tmp_path / "counter", Parts(secrets=FakeSecrets()))
    counter("team", "join", *at, secret_fd=PASSWORD)
    case = office("inbox")[0]["case"]
    counter("case", "feel", case, "calm", "--as", "Anna", passphrase_fd=PASSPHRASE)
    grown = inside(office)
    assert grown[3]["lines"] > before[3]["lines"]  # type: ignore[index]

    came = office("team", "move", "--to", "here")
    assert came["lines"] == grown[3]["lines"]  # type: ignore[index]
    assert office("team", "show") == {"team": None}
    assert inside(office) == grown
    # The folder is on another computer, so the way back is none for this one.
    gone = counter("inbox", expect=4)["error"]
    assert gone["code"] == "home_moved"
    assert "of one computer" in gone["words"]
    assert gone["way_out"].endswith("calmreply team move --to server")
    assert counter("team", "move", "--to", "here", expect=4)["error"] == gone
    again = office("team", "move", "--to", "here", expect=4)
    assert again["error"]["code"] == "not_on_server"


def test_a_server_that_is_lost_for_good(cluster: Cluster, founded: str, at_work: Desk) -> None:
    office, name = at_work, cluster.database(like=founded)
    before = inside(office)
    assert office("team", "go-back", expect=4)["error"]["code"] == "nothing_kept"
    at = said(cluster, name)
    office(*TO_SERVER, *at, secret_fd=PASSWORD, owner_secret_fd=PASSWORD)
    case = office("inbox")[0]["case"]
    office("case", "feel", case, "calm", "--as", "Anna", passphrase_fd=PASSPHRASE)
    alive = office("team", "go-back", "--lost", expect=4)
    assert alive["error"]["code"] == "server_there"
    cluster.run("postgres", f"DROP DATABASE {name} WITH (FORCE)")

    told = office("team", "go-back", expect=4)["error"]
    assert told["code"] == "say_it_is_lost"
    back = office("team", "go-back", "--lost")
    assert back["lines"] == before[3]["lines"]  # type: ignore[index]
    assert back["until"] in told["words"]
    assert office("team", "show") == {"team": None}
    assert office("journal", "verify", expect=4)["flaw"] == "head_missing"
    office("journal", "resume", "--as", "Anna", passphrase_fd=PASSPHRASE)
    assert inside(office)[:3] == before[:3]
    again = office("team", "go-back", "--lost", expect=4)
    assert again["error"]["code"] == "home_there"


def test_nothing_there_is_not_moved(cluster: Cluster, founded: str, office: Desk) -> None:
    at = said(cluster, founded)
    found = office(*TO_SERVER, *at, secret_fd=PASSWORD, owner_secret_fd=PASSWORD, expect=4)
    assert found["error"]["code"] == "nothing_to_move"


def test_with_a_sealed_file_for_the_password(
    cluster: Cluster, founded: str, tmp_path: Path
) -> None:
    office, name = Desk(tmp_path / "office", Parts()), cluster.database(like=founded)
    text = tmp_path / "text"
    text.write_text("The bread was stale.")
    office("mention", "add", "--author", "Robin Sample", "--text-file", str(text))
    at = said(cluster, name)
    office(*TO_SERVER, *at, secret_fd=PASSWORD, owner_secret_fd=PASSWORD, seal_fd=PASSPHRASE)
    locked = office("team", "move", "--to", "here", expect=4)
    assert locked["error"]["code"] == "team_password_locked"
    office("team", "move", "--to", "here", seal_fd=PASSPHRASE)
    assert len(office("inbox")) == 1


@pytest.mark.parametrize(("stage", "done"), [("copying", 4), ("comparing", 4)])
def test_killed_in_the_middle(
    stage: str, done: int, cluster: Cluster, founded: str, at_work: Desk
) -> None:
    office, name = at_work, cluster.database(like=founded)
    before = inside(office)
    port = str(cluster.port)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(office.folder), name, stage, str(done), port, PASSWORD],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert inside(office) == before
    at = said(cluster, name)
    refused = office("team", "try", *at, secret_fd=PASSWORD, expect=4)
    assert refused["error"]["code"] == "home_arriving"
    office(*TO_SERVER, *at, secret_fd=PASSWORD, owner_secret_fd=PASSWORD)
    assert inside(office) == before


def test_an_older_home_is_upgraded_by_its_owner(cluster: Cluster, office: Desk) -> None:
    name = cluster.database()
    cluster.run(name, FIRST.read_text(encoding="utf-8"))
    at, owns = said(cluster, name), said(cluster, name, OWNER)
    older = office("team", "join", *at, secret_fd=PASSWORD, expect=4)
    assert older["error"]["code"] == "older_data"
    worker = office("team", "upgrade", *at, secret_fd=PASSWORD, expect=4)
    assert worker["error"]["code"] == "not_allowed"
    done = office("team", "upgrade", *owns, secret_fd=PASSWORD)
    assert done["before"] < done["now"]
    office("team", "join", *at, secret_fd=PASSWORD)
    assert office("inbox") == []
    assert done["team"]["user"] == OWNER != WORKER
