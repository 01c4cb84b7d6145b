"""`requirements.lock`: everything by hash, nothing about where from, in step with pyproject."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.markers import Environment, default_environment
from packaging.requirements import Requirement

CHECKOUT = Path(__file__).parents[2]
LOCK = (CHECKOUT / "requirements.lock").read_text(encoding="utf-8")
PYPROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
ASKED = [
    Requirement(line)
    for line in (
        PYPROJECT["project"]["dependencies"]
        + PYPROJECT["project"]["optional-dependencies"]["team"]
        + PYPROJECT["dependency-groups"]["dev"]
    )
]
COMPUTERS = [("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64"), ("win32", "AMD64")]


def entries() -> Iterator[tuple[Requirement, list[str]]]:
    """Yield each locked requirement with its hashes."""
    joined = re.sub(r"\\\n\s*", "", LOCK)
    for line in joined.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            requirement, *hashes = line.split(" --hash=")
            yield Requirement(requirement.strip()), [one.strip() for one in hashes]


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_package_is_locked_by_hash_to_one_version() -> None:
    for requirement, hashes in entries():
        assert re.fullmatch(r"==[^,*]+", str(requirement.specifier)), requirement
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in hashes), requirement


def test_nothing_says_where_packages_come_from() -> None:
    assert "://" not in LOCK
    assert [line for line in LOCK.splitlines() if line.startswith("-")] == []


@pytest.mark.parametrize("computer", COMPUTERS, ids="-".join)
@pytest.mark.parametrize("python", ["3.11", "3.13", "3.14"])
def test_each_computer_gets_what_pyproject_asks_for(computer: tuple[str, str], python: str) -> None:
    system, machine = computer
    here: Environment = default_environment()
    here["sys_platform"], here["platform_machine"] = system, machine
    here["python_version"], here["python_full_version"] = python, f"{python}.0"
    env = {name: str(value) for name, value in here.items()}
    locked = {
        canonical(requirement.name): str(requirement.specifier).removeprefix("==")
        for requirement, _ in entries()
        if requirement.marker is None or requirement.marker.evaluate(env)
    }
    for asked in ASKED:
        if asked.marker is None or asked.marker.evaluate(env):
            assert canonical(asked.name) in locked, f"{asked} is not locked: make lock"
            assert asked.specifier.contains(locked[canonical(asked.name)]), f"{asked}: make lock"


def test_qt_is_the_one_that_does_not_abort() -> None:
    locked = {requirement.name: str(requirement.specifier) for requirement, _ in entries()}
    assert locked["pyside6-essentials"] == locked["shiboken6"] == "==6.11.3"
