"""Passwords in one file that a passphrase protects: kept beyond the run, never in plain text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from calmreply.adapters.entropy import SystemEntropy
from calmreply.adapters.secrets import MemorySecrets
from calmreply.adapters.vault import FileVault, SealedSecrets
from calmreply.app.ports.lockbox import Lockbox, Standing
from calmreply.errors import KnownError
from calmreply.testing.secrets import FakeSecrets

PASSPHRASE = "seven quiet loaves rise"
NAME, PASSWORD = "account:a1", "hunter-two"


def started(folder: Path, inner: Any = None) -> SealedSecrets:
    """As after a start of the program."""
    file = folder / "secrets" / "passwords.sealed"
    return SealedSecrets(inner or MemorySecrets(), file, SystemEntropy())


def refused(what: Any, *args: object) -> str:
    with pytest.raises(KnownError) as caught:
        what(*args)
    return caught.value.code


def test_kept_over_a_start_once_it_is_opened(tmp_path: Path) -> None:
    secrets = started(tmp_path)
    assert isinstance(secrets, Lockbox)
    assert (secrets.standing, secrets.keeps) == (Standing.NONE, False)
    assert refused(secrets.begin, "short") == "passphrase_too_short"
    secrets.begin(PASSPHRASE)
    secrets.set(NAME, PASSWORD)
    secrets.set("journal", "17 abc")  # no password of an account: it does not go there
    assert secrets.standing is Standing.OPEN
    (file,) = tmp_path.rglob("*.sealed")
    assert PASSWORD.encode() not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0

    again = started(tmp_path)
    assert (again.standing, again.get(NAME)) == (Standing.CLOSED, None)
    with pytest.raises(KnownError, match="do not open") as caught:
        again.open("another passphrase")
    assert caught.value.code == "wrong_passphrase"
    assert str(file) in caught.value.way_out  # whoever lost it has to find what to move away
    assert refused(again.begin, "another passphrase") == "cannot_write"
    assert again.get(NAME) is None
    again.open(PASSPHRASE)
    assert (again.get(NAME), again.get("journal")) == (PASSWORD, None)
    again.delete(NAME)
    third = started(tmp_path)
    third.open(PASSPHRASE)
    assert third.get(NAME) is None


def test_what_another_program_keeps_there_meanwhile_is_seen_and_stays(tmp_path: Path) -> None:
    """The window is open, and a command keeps a password in the same file."""
    window = started(tmp_path)
    window.begin(PASSPHRASE)
    window.set(NAME, PASSWORD)
    command = started(tmp_path)
    command.open(PASSPHRASE)
    command.set("account:b2", "kept by the command")
    assert window.get("account:b2") == "kept by the command"
    command.set("account:c3", "another")
    window.set("account:d4", "of the window")
    command.delete(NAME)
    window.delete("account:none")
    again = started(tmp_path)
    again.open(PASSPHRASE)
    names = (NAME, "account:b2", "account:c3", "account:d4")
    found = [again.get(name) for name in names]
    assert found == [None, "kept by the command", "another", "of the window"]


def test_held_for_now_is_written_nowhere(tmp_path: Path) -> None:
    secrets = started(tmp_path)
    secrets.begin(PASSPHRASE)
    secrets.hold(NAME, PASSWORD)
    secrets.set("account:b2", "kept")
    assert secrets.get(NAME) == PASSWORD
    again = started(tmp_path)
    again.open(PASSPHRASE)
    assert (again.get(NAME), again.get("account:b2")) == (None, "kept")
    secrets.delete(NAME)
    assert secrets.get(NAME) is None


def test_only_for_now_leaves_nothing_behind(tmp_path: Path) -> None:
    secrets = started(tmp_path)
    secrets.set(NAME, PASSWORD)
    assert secrets.get(NAME) == PASSWORD
    assert list(tmp_path.rglob("*")) == []


def test_where_a_keyring_keeps_nothing_goes_to_a_file(tmp_path: Path) -> None:
    keyring = FakeSecrets()
    secrets = started(tmp_path, keyring)
    secrets.set(NAME, PASSWORD)
    assert (secrets.standing, keyring.get(NAME)) == (Standing.NOT_NEEDED, PASSWORD)
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize("body", ["", "{}", "[1]", '{"salt": "zz", "nonce": "", "sealed": ""}'])
def test_a_spoilt_file_is_said_and_left_alone(tmp_path: Path, body: str) -> None:
    started(tmp_path).begin(PASSPHRASE)
    (file,) = tmp_path.rglob("*.sealed")
    file.write_text(body)
    secrets = started(tmp_path)
    assert refused(secrets.open, PASSPHRASE) == "cannot_read"
    assert (secrets.standing, file.read_text()) == (Standing.CLOSED, body)


def test_with_another_passphrase_of_theirs_a_person_s_passwords_are_sealed_anew(
    tmp_path: Path,
) -> None:
    vault = FileVault(tmp_path / "secrets", SystemEntropy())
    vault.seal_anew("ana", PASSPHRASE, "another passphrase")  # nothing is kept yet
    vault.keep(NAME, "ana", PASSPHRASE, PASSWORD)
    vault.keep("account:a2", "ana", "an older passphrase", "forgotten")
    vault.keep("account:b1", "ben", PASSPHRASE, "of Ben")  # who happens to have the same one
    started(tmp_path).begin(PASSPHRASE)
    before = (tmp_path / "secrets" / "passwords.sealed").read_bytes()
    vault.seal_anew("ana", PASSPHRASE, "another passphrase")
    assert vault.open(NAME, "ana", "another passphrase") == PASSWORD
    assert vault.open(NAME, "ana", PASSPHRASE) is None
    assert vault.open("account:a2", "ana", "an older passphrase") == "forgotten"
    assert vault.open("account:b1", "ben", PASSPHRASE) == "of Ben"
    assert (tmp_path / "secrets" / "passwords.sealed").read_bytes() == before
