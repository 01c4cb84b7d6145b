"""What may be in the repository: nothing of one computer, nothing out of its place or size."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
TOP = {"src", "resources", "tests", "pyproject.toml", "README.md", "requirements.lock"} | {
    "LICENSE",
    "Makefile",
    "CHANGELOG.md",
}
# In pieces, so that this file passes its own test.
PLACES = (
    "pypi" + ".org", "python" + "hosted", "deb." + "debian", "npm" + "js", "/" + "simple/",
    "extra-" + "index-url", "find-" + "links", "/" + "work/", "/" + "root/", "/opt/" + "wheels",
    "tmp/" + "v0",
)  # fmt: skip
PURE = {
    "__future__", "abc", "base64", "collections", "dataclasses", "datetime", "enum", "functools",
    "hashlib", "html", "ipaddress", "itertools", "json", "math", "operator", "re", "statistics",
    "string", "textwrap", "types", "typing", "unicodedata", "zoneinfo", "struct", "bisect",
    "difflib", "heapq", "decimal", "fractions", "hmac", "contextlib",
}  # fmt: skip


def committed() -> list[Path]:
    """Return the files git knows of; in an unpacked archive, which has no git, there are none."""
    if shutil.which("git") is None or not (CHECKOUT / ".git").exists():
        pytest.skip("this is no git checkout, so nothing says what is committed")
    shown = subprocess.run(
        ["git", "-c", f"safe.directory={CHECKOUT}", "ls-files", "-z"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = (name for name in shown.stdout.split("\0") if name)
    return [CHECKOUT / name for name in names if (CHECKOUT / name).is_file()]


def test_no_file_names_a_package_index_or_a_folder_of_one_computer() -> None:
    named = [
        f"{file.relative_to(CHECKOUT)}: {place}"
        for file in committed()
        for content in [file.read_bytes().lower()]
        for place in PLACES
        if place.encode() in content
    ]
    assert named == []


def test_top_level_is_as_fixed() -> None:
    top = {file.relative_to(CHECKOUT).parts[0] for file in committed()}
    assert {name for name in top if not name.startswith(".")} <= TOP


def sources() -> list[Path]:
    return sorted((CHECKOUT / "src").rglob("*.py"))


def test_modules_and_functions_stay_short() -> None:
    long = []
    for file in sources():
        text = file.read_text(encoding="utf-8")
        where = file.relative_to(CHECKOUT)
        if (lines := text.count("\n")) > 400:
            long.append(f"{where} has {lines} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > 50:
                    long.append(f"{where}: {node.name} has {lines} lines")
    assert long == []


def test_every_package_tells_its_architecture() -> None:
    silent = [
        str(file.relative_to(CHECKOUT))
        for file in sources()
        if not ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_domain_imports_only_pure_modules() -> None:
    foreign = []
    for file in (CHECKOUT / "src" / "calmreply" / "domain").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or "calmreply"]
            else:
                continue
            roots = {name.partition(".")[0] for name in names}
            foreign += [f"{file.name}: {root}" for root in roots - PURE - {"calmreply"}]
    assert foreign == []


def test_pure_modules_are_the_standard_library_s() -> None:
    assert sys.stdlib_module_names >= PURE
