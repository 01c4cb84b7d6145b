"""Rewrites `requirements.lock`: the newest fitting packages, by hash, for every system.

Run by `make lock`. uv does the choosing, since pip cannot choose for other systems than its own.
What this computer's own settings say about where packages come from must not get into the file,
so the settings are left out and the result is looked through before it replaces the old one.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
HEAD = """\
# Every package CalmReply runs on or is developed with, by hash, for every system it knows.
# Made by `make lock` from pyproject.toml; `make run` and `make test` install exactly this.
"""


def main() -> int:
    """Choose, look through, write; returns the exit code."""
    uv = shutil.which("uv")
    if uv is None:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "uv"]
        subprocess.run(pip, check=True)
        uv = str(Path(sys.executable).with_name("uv"))
    env = {name: value for name, value in os.environ.items() if not name.startswith("UV_")}
    subprocess.run([uv, "lock", "--no-config", "--upgrade"], check=True, cwd=ROOT, env=env)
    words = ["export", "--no-config", "--frozen", "--all-extras", "--no-emit-project"]
    shown = subprocess.run(
        [uv, *words, "--no-header", "--format", "requirements-txt"],
        check=True,
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
    ).stdout
    foreign = [line for line in shown.splitlines() if "://" in line or line.startswith("-")]
    if foreign:
        print("The lock file would name an address:", *foreign, sep="\n", file=sys.stderr)
        return 1
    LOCK.write_text(HEAD + shown, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
