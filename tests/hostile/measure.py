"""What hostile input costs, and what it reaches: one line for each target.

`make hostile` prints them for all of it; every run of the tests measures a part, see the tests.
"""

from __future__ import annotations

import base64
import contextlib
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.hostile import folder, installed, watch
from tests.hostile.bait import SECRET
from tests.hostile.folder import Folder, Found

from calmreply.bench.figures import Figure
from calmreply.bootstrap.homes import Parts, open_home
from calmreply.testing.secrets import FakeSecrets

LONGEST_PARSING: Final = 12.0
MOST_MEMORY: Final = 150.0
LONGEST_HELD: Final = 100.0
BESIDE: Final = 1.5
_OWN_FILES: Final = re.compile(
    r"/([\w/.-]*/(python\d+\.zip|openssl\.cnf)|proc|sys/fs/cgroup|sys/devices/system/cpu|dev/(null|urandom|shm)|etc/(hosts|resolv\.conf|"
    r"nsswitch\.conf|host\.conf|gai\.conf|localtime|ld\.so\.(cache|preload)|ssl|ca-certificates|"
    r"services|os-release)|usr/(lib|share|local/(lib|share|ssl))|lib|lib64|var/run/nscd)\b.*"
)
_OWN_LINES: Final = ("/var/run/nscd/socket", "/run/systemd/")


@dataclass(frozen=True)
class Outcome:
    """What one look from outside at a polling process showed."""

    lost: tuple[str, ...]
    opened: tuple[str, ...]
    connected: tuple[str, ...]
    programs: tuple[str, ...]
    knocks: int
    leaked: bool


def looked_at(one: Folder, found: Found, home: Path) -> Outcome:
    """Whether a round lost anything, and touched anything that it had no reason to touch."""
    good_lost = (each["address"] for each in found.of(good=True) if each["new"] == 0)
    never = (each["address"] for each in found.said["polled"] if each["trouble"] == "not_asked")
    lost = {
        *good_lost,
        *never,
        *(found.names.keys() - {each["address"] for each in found.said["polled"]}),
    }
    allowed = {*one.sites.hosts, f"127.0.0.1:{one.mailbox.port}" if one.mailbox else ""}
    return Outcome(
        tuple(sorted(found.names[each] for each in lost)),
        tuple(_strange(found.touched.paths, one.root)),
        _foreign(found.touched.places - allowed),
        tuple(sorted(found.touched.programs - {sys.executable})),
        len(one.canary.knocks),
        _is_in(home, SECRET),
    )


def _strange(paths: Iterable[str], root: Path) -> Iterator[str]:
    """Those that belong neither to Python, nor to the program, nor to the system's own."""
    ours = {str(root / "papers"), str(root), str(folder.CHECKOUT), sys.prefix, sys.base_prefix}
    ours |= {str(Path(part).absolute()) for part in sys.path if part}
    for path in sorted(set(paths)):
        canary = path.startswith(str(root)) and "canary" in path
        own = any(path.startswith(each) or each.startswith(f"{path}/") for each in ours)
        own = own or bool(_OWN_FILES.fullmatch(path))
        if canary or (path.strip("/") and path.startswith("/") and not own):
            yield path


def _foreign(places: Iterable[str]) -> tuple[str, ...]:
    """Those that are not the system's own service for names."""
    return tuple(sorted(one for one in places if not one.startswith(_OWN_LINES)))


def _is_in(home: Path, words: str) -> bool:
    """Whether the words stand in any mention of a home."""
    with open_home(home, Parts(secrets=FakeSecrets())) as opened, opened.home.store.read() as tx:
        return bool(tx.search(words.replace("-", " "), limit=1))


def longest_parsing(found: Found) -> float:
    return max((float(one) for one in found.said["parsing"].values()), default=0.0)


# --- the lines -----------------------------------------------------------------------------


def reach(outcome: Outcome, found: Found) -> Iterator[Figure]:
    bad, good = found.of(good=False), found.of(good=True)
    yield Figure("hostile sources", len(bad), "", aim=None)
    yield Figure("good sources in the same round", len(good), "", aim=None)
    yield Figure("crashes", 0, "", aim=0)  # another end than a good one is an error before this
    yield Figure("lost polls", len(outcome.lost), "", aim=0)
    opened, connected = len(outcome.opened), len(outcome.connected) + outcome.knocks
    opened += len(outcome.programs)
    yield Figure("files opened for a stranger", opened + outcome.leaked, "", aim=0)
    yield Figure("connections made for a stranger", connected, "", aim=0)


def costs(found: Found) -> Iterator[Figure]:
    yield Figure("longest parsing of one source", longest_parsing(found), "s", aim=LONGEST_PARSING)
    parent = max(found.said["grown"].values(), default=0) / 2**20
    worker = found.ran.memory.grown / 2**20
    yield Figure("memory: the program, at most", parent, "MiB")
    yield Figure("memory: a worker, at most", worker, "MiB")
    together = max(found.said["together"].values(), default=0) / 2**20
    yield Figure("memory of one source, both", together, "MiB", aim=MOST_MEMORY)
    yield Figure("memory that the program keeps after all", found.said["kept"] / 2**20, "MiB")


def beside(alone: float, together: float, what: str, *, judged: bool = True) -> Figure:
    aim = BESIDE if judged else None
    return Figure(f"good sources done, {what}", together, "s", alone, "without", aim=aim)


# --- the window ----------------------------------------------------------------------------


def held(one: Folder, home: Path, *, cases: int, seconds: float) -> dict[str, Any]:
    """The window over a home while it polls: gaps in ms, how many sources were asked.

    `idle`: the longest gap of a window beside it that does nothing; so long the computer holds
    anybody just now. `work`: the most that the window's own thread did in one turn.
    """
    environment = one.environment()
    away = one.root / "person"
    away.mkdir(mode=0o700, exist_ok=True)
    environment |= {
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "HOME": str(away),
        "XDG_RUNTIME_DIR": str(away),
    }
    program = str(Path(__file__).with_name("glance.py"))
    words = [sys.executable, program, str(home), str(seconds), str(cases)]
    with _idle(environment) as idle:
        ran = watch.run(words, environment, seconds + 60)
    if ran.code != 0:
        raise RuntimeError(f"the window ended with {ran.code}: {ran.err[-2_000:]}")
    found: dict[str, Any] = json.loads(ran.out.splitlines()[-1])
    return found | {"idle": idle[0]}


@contextlib.contextmanager
def _idle(environment: Mapping[str, str]) -> Iterator[list[float]]:
    """A window that does nothing, until the block ends; then its longest gap in ms is there."""
    program = str(Path(__file__).with_name("idle.py"))
    longest: list[float] = []
    with subprocess.Popen(
        [sys.executable, program],
        env=dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as window:
        try:
            yield longest
        finally:
            told, _nothing = window.communicate("enough\n")
    longest.append(float(told or 0.0))


# --- the suites of others ------------------------------------------------------------------


@dataclass(frozen=True)
class Suites:
    """`said` is (name, what came of it, seconds) of each file; `missing` are suites not there."""

    said: list[tuple[str, str, float]]
    missing: list[str]
    opened: tuple[str, ...]
    connected: tuple[str, ...]


def suites(root: Path, *, every: int = 1) -> Suites:
    """The installed suites, or each so many-th of their files, under strace."""
    missing: list[str] = []
    files: list[tuple[str, str, str]] = []
    for kind, suite in (
        *(("feed", one) for one in installed.FEEDS),
        *(("mail", one) for one in installed.MAILS),
    ):
        try:
            found = list(suite.files())
        except installed.MissingError as error:
            missing.append(str(error))
            continue
        files += [(kind, name, base64.b64encode(body).decode()) for name, body in found[::every]]
    pack, record = root / "suites.json", root / "suites.strace"
    pack.write_text(json.dumps(files), encoding="utf-8")
    program = str(Path(__file__).with_name("reading.py"))
    paths = f"{folder.CHECKOUT / 'src'}:{folder.CHECKOUT}"
    words = watch.traced([sys.executable, program, str(pack)], record)
    ran = watch.run(words, {**folder.plain_environment(), "PYTHONPATH": paths}, 1_000)
    if ran.code != 0:
        raise RuntimeError(f"reading the suites ended with {ran.code}: {ran.err[-2_000:]}")
    seen = watch.touched(record, folder.begins())
    said = [
        (str(name), str(what), float(took))
        for name, what, took in json.loads(ran.out.splitlines()[-1])
    ]
    return Suites(said, missing, tuple(_strange(seen.paths, root)), _foreign(seen.places))
