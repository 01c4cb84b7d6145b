"""The import contracts of `pyproject.toml` catch what they are there to catch."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
BREACHES = {
    "domain/breach.py": "import threading\nfrom calmreply import app\n",
    "app/breach.py": "import PySide6.QtCore\nimport sqlalchemy\n",
    "adapters/breach_one.py": "from calmreply.adapters import breach_two\nimport sqlalchemy\n",
    "adapters/breach_two.py": "import smtplib\n",
    "ui/breach.py": "import PySide6.QtCore\nfrom calmreply import adapters, testing\n",
    "breach.py": "",
}
BROKEN = (
    "Imports go downwards only, and every module has its layer",
    "Qt lives in the window and nowhere else",
    "SQL, the network, the keyring and keys live in the adapters and nowhere else",
    "Adapters do not know each other",
    "The domain has no clock, no file, no socket and no thread",
)
NAMED = (
    "calmreply.domain is not allowed to import calmreply.app",
    "calmreply.ui is not allowed to import calmreply.adapters",
    "calmreply.ui is not allowed to import calmreply.testing",
    "calmreply.adapters.breach_one is not allowed to import calmreply.adapters.breach_two",
    "calmreply.app.breach -> PySide6",
    "calmreply.app.breach -> sqlalchemy",
    "calmreply.domain.breach -> threading",
    "calmreply.breach",
)


def lint(folder: Path) -> str:
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", program, "--no-cache", "--no-logo"],
        cwd=folder,
        env=dict(os.environ, PYTHONPATH=str(folder / "src"), COLUMNS="300"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout


def test_each_contract_breaks_for_its_breach(tmp_path: Path) -> None:
    shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
    package = tmp_path / "src" / "calmreply"
    shutil.copytree(CHECKOUT / "src" / "calmreply", package)
    for name, text in BREACHES.items():
        (package / name).write_text(text, encoding="utf-8")
    shown = lint(tmp_path)
    for contract in BROKEN:
        assert f"{contract} BROKEN" in shown, shown
    for words in NAMED:
        assert words in shown, shown
    assert "calmreply.adapters.breach_two -> smtplib" not in shown
    assert "calmreply.ui.breach -> PySide6" not in shown
