"""Opening the window from the command line: where Qt cannot start, a sentence and not an abort."""

from __future__ import annotations

import ctypes
import importlib.util
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from calmreply import bootstrap
from calmreply.errors import KnownError
from calmreply.ui import screen

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="asks X and Wayland for a screen")


@pytest.fixture
def no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)


def code(problem: pytest.ExceptionInfo[KnownError]) -> str:
    return problem.value.code


@on_linux
@pytest.mark.usefixtures("no_screen")
def test_no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KnownError) as problem:
        screen.demand_screen()
    assert code(problem) == "no_screen"
    assert "calmreply tour" in problem.value.way_out
    for name, nobody in (("DISPLAY", "127.0.0.1:987"), ("WAYLAND_DISPLAY", "nobody")):
        library = "libxcb.so.1" if name == "DISPLAY" else "libwayland-client.so.0"
        try:
            ctypes.CDLL(library)
        except OSError:
            continue  # without the library the environment is believed
        with monkeypatch.context() as patch:
            patch.setenv(name, nobody)
            assert screen.reachable() == []


def test_offscreen_is_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    screen.demand_screen()


@on_linux
def test_a_library_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plugins = tmp_path / "Qt" / "plugins" / "platforms"
    plugins.mkdir(parents=True)
    (plugins / "libqxcb.so").write_bytes(b"no library")
    spec = ModuleSpec("PySide6", None, is_package=True)
    spec.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: spec)
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    with pytest.raises(KnownError) as problem:
        screen.demand_screen()
    assert code(problem) == "libraries_missing"
    assert "libqxcb.so" in problem.value.words
    way_out = problem.value.way_out
    assert "libxcb-cursor0" in way_out or "own tool" in way_out


def test_where_the_data_lies(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert bootstrap.data_folder("/somewhere") == Path("/somewhere")
    assert bootstrap.data_folder(None) == own_home / "calmreply"
    assert bootstrap.start_command(own_home / "calmreply")[-1] == "calmreply"
    assert bootstrap.start_command(Path("/other"))[-2:] == ("--home", "/other")
    monkeypatch.delenv("CALMREPLY_HOME")
    assert str(own_home) in str(bootstrap.data_folder(None))
