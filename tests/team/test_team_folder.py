"""A folder that belongs to a team: two small files, and the home on the server they name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.storage.cluster import Cluster

from calmreply.adapters import local_files
from calmreply.adapters.entropy import SystemEntropy
from calmreply.adapters.vault import SealedSecrets
from calmreply.app.teamwork.computer import Computer
from calmreply.app.teamwork.team import FIELDS, PROOFS, TeamAddress, address
from calmreply.bootstrap import OpenHome, Parts, open_home
from calmreply.errors import KnownError
from calmreply.testing.secrets import FakeSecrets

PLACE = TeamAddress("db.example", "shop", "counter", proof="verify-ca", certificates="/a/b.pem")
PASSPHRASE = "seven quiet loaves rise"


@contextmanager
def refused(code: str) -> Iterator[None]:
    with pytest.raises(KnownError) as caught:
        yield
    assert caught.value.code == code


def test_the_address_is_kept_for_its_owner_without_the_password(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    assert local_files.team(folder) is None
    local_files.keep_team(folder, replace(PLACE, password="not for the disk"))
    assert local_files.team(folder) == PLACE
    file = folder / local_files.TEAM
    assert file.stat().st_mode & 0o777 == 0o600
    assert "not for the disk" not in file.read_text()
    assert [one.name for one in folder.iterdir()] == [local_files.TEAM]
    local_files.forget_team(folder)
    assert local_files.team(folder) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"host = 5",
        b'host = "a"\ndatabase = "b"',
        b'host = "a"\ndatabase = "b"\nuser = "c"\nport = 70000',
        b'host = "a"\ndatabase = "b"\nuser = "c"\nsslmode = "prefer"',
        b"\xff\xfe",
    ],
)
def test_a_file_that_was_spoiled_opens_no_other_home(tmp_path: Path, body: bytes) -> None:
    (tmp_path / local_files.TEAM).write_bytes(body)
    with refused("bad_team_file"), open_home(tmp_path):
        pass
    assert [one.name for one in tmp_path.iterdir()] == [local_files.TEAM]


ODD = ["db.example", "5432", "require", "a\x00b", "\u202e", "9" * 5000]
VALUES = st.text(max_size=20) | st.sampled_from(ODD)


@given(st.dictionaries(st.sampled_from([*FIELDS, "pasword"]), VALUES))
def test_whatever_is_typed_is_an_address_or_none(typed: dict[str, str]) -> None:
    found = said(typed)
    if isinstance(found, KnownError):
        assert found.code == "bad_team_address"
        assert "secret" not in str(found)
        return
    assert min(found.host, found.database, found.user) > ""
    assert 0 < found.port < 65536
    assert found.proof in PROOFS
    assert repr(found).isprintable()
    assert found == said(typed | {"host": f" {found.host} "})


def said(typed: dict[str, str]) -> TeamAddress | KnownError:
    try:
        return address(typed, "secret")
    except KnownError as error:
        return error


def test_a_computer_keeps_its_id_and_may_be_renamed(tmp_path: Path) -> None:
    entropy = SystemEntropy()
    first = local_files.computer(tmp_path, entropy)
    file = tmp_path / local_files.COMPUTER
    assert file.stat().st_mode & 0o777 == 0o600
    assert local_files.computer(tmp_path, entropy) == first
    file.write_text(f'id = "{first.id}"\nname = "The office"\n')
    assert local_files.computer(tmp_path, entropy) == Computer(first.id, "The office")
    called = local_files.rename(tmp_path, " The\nshop\u202e ", entropy)
    assert called == local_files.computer(tmp_path, entropy) == Computer(first.id, "The shop")
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_text("something else")
    again = local_files.computer(tmp_path, entropy)
    assert again.id != first.id
    assert local_files.computer(tmp_path, entropy) == again


@pytest.fixture
def place(cluster: Cluster, founded: str) -> TeamAddress:
    return cluster.address(cluster.database(like=founded))


def opened_at(folder: Path, place: TeamAddress) -> Iterator[OpenHome]:
    local_files.keep_team(folder, place)
    secrets = FakeSecrets()
    secrets.set(place.secret, place.password)
    with open_home(folder, Parts(secrets=secrets)) as opened:
        yield opened


def test_two_folders_are_one_home_and_hold_nothing_of_it(
    tmp_path: Path, place: TeamAddress
) -> None:
    for one in opened_at(tmp_path / "one", place):
        for other in opened_at(tmp_path / "other", place):
            with one.home.store.write() as tx:
                tx.set_setting("said", "there")
            with other.home.store.read() as view:
                assert view.setting("said") == "there"
            assert one.home.computer.id != other.home.computer.id
            assert one.home.team == place.place
            with one.lock(), other.lock():
                assert one.holder() == other.holder() != ""
    names = {path.name for path in (tmp_path / "one").iterdir()}
    assert names == {local_files.TEAM, local_files.COMPUTER, "in-use"}


def test_the_password_may_lie_in_the_sealed_file(tmp_path: Path, place: TeamAddress) -> None:
    def box() -> SealedSecrets:
        memory = FakeSecrets(keeps=False)
        return SealedSecrets(memory, tmp_path / "sealed", SystemEntropy())

    local_files.keep_team(tmp_path, place)
    secrets = box()
    secrets.begin(PASSPHRASE)
    secrets.set(place.secret, place.password)
    with open_home(tmp_path, Parts(secrets=secrets)) as opened:
        assert opened.home.team == place.place
    later = box()
    with refused("team_password_locked"), open_home(tmp_path, Parts(secrets=later)):
        pass
    later.open(PASSPHRASE)
    with open_home(tmp_path, Parts(secrets=later)) as opened:
        assert opened.home.team == place.place
