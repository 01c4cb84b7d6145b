"""The command line's side of the product stands without PySide6."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.conftest import Bare


def test_bare_environment_has_no_qt(bare: Bare) -> None:
    done = bare.run("-c", "import PySide6")
    assert done.returncode == 1
    assert "No module named 'PySide6'" in done.stderr


def test_application_and_domain_import_without_qt(bare: Bare) -> None:
    done = bare.run("-c", "import calmreply.app, calmreply.domain; print('whole')")
    assert (done.returncode, done.stdout) == (0, "whole\n"), done.stderr
