"""The set-up behind `make run` and `make test`: what it says where it may not install."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

CHECKOUT = Path(__file__).parents[2]
LDD = """\
\tlinux-vdso.so.1 (0x00007ffc)
\tlibEGL.so.1 => not found
\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f)
/some/where/libqxcb.so:
\tlibxcb-cursor.so.0 => not found
\tlibEGL.so.1 => not found
"""


@pytest.fixture
def ready() -> ModuleType:
    """Load `.make/ready.py`, which is no module of any package."""
    spec = importlib.util.spec_from_file_location("ready", CHECKOUT / ".make" / "ready.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def has_only(monkeypatch: pytest.MonkeyPatch, *tools: str) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}" if name in tools else None)


def test_missing_libraries_are_read_from_the_loader(ready: ModuleType) -> None:
    assert ready.parse_ldd(LDD) == {"libEGL.so.1", "libxcb-cursor.so.0"}


@pytest.mark.parametrize(
    ("tool", "line"),
    [
        ("apt-get", "sudo apt-get update && sudo apt-get install -y --no-install-recommends"),
        ("dnf", "sudo dnf install 'libEGL.so.1()(64bit)'"),
        ("zypper", "sudo zypper install 'libEGL.so.1()(64bit)'"),
        ("pacman", "sudo pacman -S --needed glib2 libglvnd"),
        ("none", "Install the packages that hold them"),
    ],
)
def test_the_exact_line_is_shown_where_it_may_not_install(
    ready: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tool: str,
    line: str,
) -> None:
    has_only(monkeypatch, tool)
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(ready, "call", lambda *_, **__: pytest.fail("it installed something"))
    with pytest.raises(SystemExit) as stopped:
        ready.get_system_libraries("xcb", {"libEGL.so.1"})
    assert stopped.value.code == 1
    shown = capsys.readouterr().err
    assert "libEGL.so.1" in shown
    assert line in shown


def test_root_on_debian_installs_both_lists_for_a_window(
    ready: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[list[str]] = []
    has_only(monkeypatch, "apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(ready, "call", lambda command, *_, **__: calls.append(command))
    ready.get_system_libraries("xcb", {"libxcb-cursor.so.0"})
    assert [command[:2] for command in calls] == [["apt-get", "update"], ["apt-get", "install"]]
    assert {"libegl1", "libxcb-cursor0"} <= set(calls[1])


def test_what_is_installed_is_said_with_what_needs_it(
    ready: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    has_only(monkeypatch, "apt-get")
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(ready, "call", lambda *_, **__: None)
    ready.get_system_libraries("xcb", {"libxcb-cursor.so.0"})
    (said,) = capsys.readouterr().out.splitlines()
    assert said.startswith("Installing what the window needs: ")


def test_warnings_are_hushed_and_errors_are_not(
    ready: ModuleType, capfd: pytest.CaptureFixture[str]
) -> None:
    warns = "import sys; print('WARNING: Location is ignored', file=sys.stderr);"
    ready.call([sys.executable, "-c", warns], "It failed.", only_errors=True)
    assert capfd.readouterr() == ("", "")
    fails = warns + "sys.exit('ERROR: no such package')"
    with pytest.raises(SystemExit):
        ready.call([sys.executable, "-c", fails], "It failed.", only_errors=True)
    said = capfd.readouterr().err
    assert "ERROR: no such package\nIt failed." in said
    assert "Location" not in said


def test_one_complete_screen_is_enough(ready: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        ready, "missing_libraries", lambda screen: set() if screen == "xcb" else {"libx.so.1"}
    )
    assert ready.make_qt_ready(["wayland", "xcb"]) == "xcb"


@pytest.mark.skipif(sys.platform != "linux", reason="only here displays are named by variables")
def test_a_display_that_does_not_answer_is_none(
    ready: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QT_QPA_PLATFORM")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-none")
    monkeypatch.delenv("DISPLAY", raising=False)
    assert ready.reachable_screens() == ["offscreen"]


def test_second_run_does_nothing(
    ready: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(ready, "VENV", tmp_path)
    monkeypatch.setattr(ready, "NOTE", tmp_path / "ready.json")
    monkeypatch.setattr(ready, "missing_libraries", lambda _: set())
    done: list[str] = []
    monkeypatch.setattr(ready, "fill_venv", lambda: done.append("filled"))

    def make_venv() -> None:
        done.append("made")
        ready.venv_python().parent.mkdir(exist_ok=True)
        ready.venv_python().touch()

    monkeypatch.setattr(ready, "make_venv", make_venv)
    ready.make_ready(["offscreen"])
    ready.make_ready(["offscreen"])
    assert done == ["made", "filled"]
    monkeypatch.setattr(ready, "digest_of_contents", lambda: "another lock")
    ready.make_ready(["offscreen"])
    assert done == ["made", "filled", "filled"]
    ready.venv_python().unlink()
    ready.make_ready(["offscreen"])
    assert done == ["made", "filled", "filled", "made", "filled"]


def test_too_old_a_python_says_so(
    ready: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ready, "NEEDED_PYTHON", (4, 0))
    with pytest.raises(SystemExit):
        ready.make_ready(["offscreen"])
    assert "needs Python" in capsys.readouterr().err


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not here")
def test_make_without_words_says_what_there_is() -> None:
    shown = subprocess.run(
        ["make", "-s", "-C", str(CHECKOUT)], capture_output=True, text=True, check=True
    ).stdout
    assert "make run" in shown
    assert "make test" in shown
