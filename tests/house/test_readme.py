"""What the README says is held against the program: commands, targets, folders, pictures."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from calmreply.cli.parser import build

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = re.findall(r"^    \.venv/bin/calmreply (.+)$", README, re.MULTILINE)


@pytest.mark.parametrize("words", COMMANDS)
def test_each_command_is_understood(words: str) -> None:
    assert build().parse_args(shlex.split(words))


def test_there_are_commands_to_try() -> None:
    assert len(COMMANDS) >= 5


def test_each_make_target_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    found = re.findall(r"`make ([a-z]+)`|^    make ([a-z]+)", README, re.MULTILINE)
    targets = {one or other for one, other in found}
    assert targets
    assert targets <= set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))


def test_each_picture_is_there() -> None:
    for picture in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (ROOT / picture).stat().st_size > 10_000


def test_the_layout_is_as_it_says() -> None:
    layout = README.split("## How the code is laid out", 1)[1]
    for folder in re.findall(r"^      ([a-z]+)/ ", layout, re.MULTILINE):
        assert (ROOT / "src" / "calmreply" / folder).is_dir()
    for file in re.findall(r"`((?:domain|app)/[\w/]+\.py)`", layout):
        assert (ROOT / "src" / "calmreply" / file).is_file()
