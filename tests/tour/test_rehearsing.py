"""A rehearsal begins from the first start, says what it is, and is the only home with a clock."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEvent, QUrl
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tests.ui.patience import wait_for

from calmreply import bootstrap, rehearsal
from calmreply.adapters.clock import SystemClock
from calmreply.app import queries
from calmreply.app.persons import people
from calmreply.app.rehearse import sample
from calmreply.app.rules import settings
from calmreply.domain.stage import Stage
from calmreply.rehearsal import Rehearsal, this_afternoon
from calmreply.ui.app import Program, Ways
from calmreply.ui.kit import theme
from calmreply.ui.rehearsing import RehearsalWindow
from calmreply.ui.sitting import Sitting
from calmreply.ui.tour.guide import Guide

SOURCES = Path(bootstrap.__file__).parents[1]
MAY_KNOW_FAKES = {"rehearsal.py"}


@pytest.fixture
def program(qapp: QApplication) -> Iterator[Program]:
    """A window over a home with nothing in it, from which one can rehearse."""
    theme.install(qapp)
    made = Program(Ways(Rehearsal(filled=False).open, rehearse=Rehearsal))
    yield made
    made.finish()
    made.frame.close()
    made.frame.deleteLater()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def begun(program: Program) -> tuple[Guide, RehearsalWindow]:
    program.show()
    guide = Guide(program, Rehearsal())
    guide.open()
    guide.press("welcome.rehearse")
    guide.go_on()
    assert program.rehearsal is not None
    return guide, program.rehearsal


def may_rehearse(program: Sitting) -> bool:
    action = program.frame.findChild(QAction, "action.rehearse")
    return action is not None and action.isEnabled()


def test_it_takes_the_window_s_place_and_gives_it_back(program: Program, qtbot: QtBot) -> None:
    guide, window = begun(program)
    assert not program.frame.isVisible()
    assert guide.find("rehearsal.banner") is window.banner
    assert "nothing leaves" in window.banner.told()
    assert not may_rehearse(guide.program)
    window.banner.end.click()
    wait_for(qtbot, lambda: program.rehearsal is None)
    assert program.frame.isVisible()
    assert may_rehearse(program)


def test_what_was_done_in_it_is_not_thrown_away_unasked(program: Program, qtbot: QtBot) -> None:
    guide, window = begun(program)
    frame = window.program.frame
    desk = guide.program.desk
    assert desk is not None
    ana = people.everybody(desk.home)[0]
    desk.sign_in(people.unlock(desk.home, ana.id, str(sample()["passphrase"])))
    window.banner.end.click()
    assert program.rehearsal is window
    assert "thrown away" in window.ending.words()
    wait_for(qtbot, lambda: guide.find("rehearsal.ending.stay").hasFocus())
    guide.press("rehearsal.ending.stay")
    assert not window.ending.words()
    frame.close()  # asked again, whichever way it is left
    assert frame.isVisible()
    guide.find("rehearsal.ending.end").click()  # the guide would look on after its end
    wait_for(qtbot, lambda: program.rehearsal is None)
    assert program.frame.isVisible()


def test_skipping_ahead_moves_its_clock_and_the_window_notices(program: Program) -> None:
    passed = QElapsedTimer()
    passed.start()  # its clock goes on meanwhile as any other does
    guide, window = begun(program)
    assert guide.program.desk is not None
    home = guide.program.desk.home
    before = home.clock.read()
    shown = window.banner.told()
    guide.press("rehearsal.skip")
    guide.press("rehearsal.skip")
    after = home.clock.read()
    real = timedelta(milliseconds=passed.elapsed() + 1)
    assert timedelta(0) <= after.wall - before.wall - timedelta(minutes=40) <= real
    assert after.boot == before.boot
    assert window.banner.told() != shown
    # What was published meanwhile has been heard: the window looked again by itself.
    guide.until(lambda: queries.overview(home).counts[Stage.NEW] == 7, "it was heard")


def test_it_looks_as_the_window_before_it_did(program: Program) -> None:
    program.show()
    first = Guide(program, Rehearsal())
    first.open()
    first.menu("action.dark")
    guide, _window = begun(program)
    assert guide.program.desk is not None
    assert settings.read(guide.program.desk.home, "theme") == "dark"
    assert theme.theme().palette.dark
    guide.menu("action.light")
    assert not theme.theme().palette.dark


def test_no_page_is_opened_from_it(program: Program) -> None:
    guide, _window = begun(program)
    opened = QDesktopServices.openUrl(QUrl("https://reviews.example/corner-bakery"))
    assert opened
    assert "reviews.example" in guide.program.frame.status.said.text()


def test_a_rehearsal_of_today_begins_while_the_shop_is_open() -> None:
    for hour in (0, 3, 12, 22):
        now = datetime(2026, 7, 4, hour, 30, tzinfo=UTC)
        begin = this_afternoon(now)
        assert begin.astimezone(UTC) == datetime(2026, 7, 4, 13, 15, tzinfo=UTC)
        with rehearsal.open_rehearsal(begin, filled=True) as opened:
            assert opened.now() == begin
            assert queries.overview(opened.home).counts[Stage.NEW] == 6


# --- nobody else moves time ----------------------------------------------------------------------


def parsed(word: str) -> Iterator[tuple[Path, ast.Module]]:
    """The modules in which the word stands anywhere. None is kept: together they are a million
    objects, and every later search for garbage would go through them.
    """
    for file in sorted(SOURCES.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        if word in text:
            yield file.relative_to(SOURCES), ast.parse(text)


def names_imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_only_a_rehearsal_is_made_of_fakes() -> None:
    knowing = {
        str(file)
        for file, tree in parsed("testing")
        if file.parts[0] != "testing"
        and any(name.startswith("calmreply.testing") for name in names_imported(tree))
    }
    assert knowing == MAY_KNOW_FAKES
    named = {str(file) for file, _tree in parsed("FakeClock") if file.parts[0] != "testing"}
    assert named == MAY_KNOW_FAKES


def test_a_rehearsal_is_named_only_where_it_begins() -> None:
    knowing = {
        str(file)
        for file, tree in parsed("rehearsal")
        if any(name.startswith("calmreply.rehearsal") for name in names_imported(tree))
    }
    assert knowing == {"bootstrap/__init__.py"}


def test_the_shipped_program_s_homes_have_the_computer_s_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CALMREPLY_CLOCK", "CALMREPLY_TIME", "CALMREPLY_NOW", "FAKETIME", "TZ"):
        monkeypatch.setenv(name, "2030-01-01T00:00:00Z")
    with bootstrap.Program().open_home(tmp_path) as opened:
        assert type(opened.home.clock) is SystemClock
        told = [one.name for one in settings.declared()]
        assert not [name for name in told if "clock" in name or "time" in name.split("_")]


def test_no_variable_of_the_environment_is_about_time() -> None:
    """Every variable that the program reads, by name: a new one is looked at here."""
    read = set()
    for _file, tree in parsed("environ"):
        for node in ast.walk(tree):
            if _of_environment(node):
                read |= {part.value for part in ast.walk(node) if _is_name(part)}  # type: ignore[attr-defined]
    assert {name for name in read if "TIME" in name or "CLOCK" in name} == set()
    assert "CALMREPLY_HOME" in read


def _of_environment(node: ast.AST) -> bool:
    return isinstance(node, ast.Call | ast.Subscript) and "environ" in ast.unparse(node)


def _is_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isupper()
