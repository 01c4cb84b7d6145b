"""A file that somebody asked for: theirs alone, never over another one, and whole or not there."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from calmreply.app.own_file import new_file
from calmreply.app.proving import trust
from calmreply.errors import KnownError

if TYPE_CHECKING:
    from tests.app.conftest import Bench


@pytest.fixture
def any_umask() -> Iterator[Callable[[int], int]]:
    before = os.umask(0o022)
    yield os.umask
    os.umask(before)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such rights")
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_nobody_else_reads_an_exported_journal(
    bench: Bench, tmp_path: Path, any_umask: Callable[[int], int], umask: int
) -> None:
    bench.complaint()
    any_umask(umask)
    target = tmp_path / "journal.jsonl"
    trust.export_journal(bench.home, target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_full_disk_leaves_no_half_of_it(tmp_path: Path) -> None:
    def write_half() -> None:
        with new_file(tmp_path / "plan.json") as file:
            file.write("half")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(KnownError) as refused:
        write_half()
    assert refused.value.code == "cannot_write"
    assert [*tmp_path.iterdir()] == []


def test_what_is_there_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "plan.json"
    target.write_text("mine", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    for taken in (target, tmp_path / "link"):
        with pytest.raises(KnownError) as refused, new_file(taken) as file:
            file.write("not mine")
        assert refused.value.code == "file_exists"
    assert target.read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "nowhere").exists()
    with pytest.raises(KnownError) as refused, new_file(tmp_path / "none" / "plan"):
        raise AssertionError("opened in a folder that is not there")
    assert refused.value.code == "cannot_write"
