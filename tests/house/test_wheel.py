"""The wheel holds all that runs, and finds its files there as in a checkout."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from calmreply import resources

CHECKOUT = Path(__file__).parents[2]


def test_wheel_finds_its_resources(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=CHECKOUT,
        capture_output=True,
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    unpacked = tmp_path / "unpacked"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(unpacked)
        names = set(archive.namelist())
    source = CHECKOUT / "src"
    code = {str(file.relative_to(source).as_posix()) for file in source.rglob("*.py")}
    assert code <= names
    program = (
        f"import sys; sys.path.insert(0, {str(unpacked)!r})\n"
        "from calmreply import resources\n"
        "print(resources.path('about.txt')); print(resources.text('about.txt'), end='')"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    where, _, content = shown.partition("\n")
    assert Path(where) == unpacked / "calmreply" / "_resources" / "about.txt"
    assert content == resources.text("about.txt")


def test_checkout_finds_its_resources() -> None:
    assert resources.path("about.txt") == CHECKOUT / "resources" / "about.txt"


def test_a_missing_resource_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="sample/none"):
        resources.path("sample/none.txt")
