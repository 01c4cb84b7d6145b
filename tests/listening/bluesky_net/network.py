"""Bluesky's own network on this computer: its data server, its index, its search.

What it is made of is installed once per computer, into a folder of its own outside the checkout
(two minutes, most of it compiling). Where a piece is missing and may not be installed, the tests
are skipped and the piece is named. Nothing listens beyond this computer, and everything ends with
the tests.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import pwd
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from tests.elsewhere import PATIENCE, free_port

from calmreply.adapters.web import HttpWeb

HERE: Final = Path(__file__).parent
_START: Final = 180.0  # seconds
_NOBODY: Final = {"user": "nobody", "group": "nogroup", "extra_groups": ()}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody there, signed in once by the test's own hand."""

    did: str
    handle: str
    token: str


class Network:
    """The network, by what the tests do in it."""

    def __init__(self, node: subprocess.Popen[str]) -> None:
        self._node = node
        self._lines = _Lines(node)
        self.service = f"http://127.0.0.1:{self._lines.next()['pds']}"

    def digest(self) -> None:
        """Wait until everything that was posted is in the index."""
        assert self._node.stdin is not None
        self._node.stdin.write("\n")
        self._node.stdin.flush()
        said = self._lines.next()
        assert said["done"], said

    def call(self, method: str, post: Mapping[str, Any], token: str = "") -> Any:
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        answer = HttpWeb().ask(
            f"{self.service}/xrpc/{method}",
            method="POST",
            headers=headers,
            body=json.dumps(post).encode(),
            allow_private=True,
        )
        assert answer.status == 200, answer.body
        return json.loads(answer.body or b"{}")

    def join(self, name: str) -> Person:
        said = self.call(
            "com.atproto.server.createAccount",
            {
                "handle": f"{name}.test",
                "email": f"{name}@people.example",
                "password": f"{name} by hand",
            },
        )
        return Person(said["did"], said["handle"], said["accessJwt"])

    def app_password(self, person: Person) -> str:
        made = self.call(
            "com.atproto.server.createAppPassword", {"name": "calmreply"}, person.token
        )
        return str(made["password"])

    def write(self, person: Person, collection: str, record: Mapping[str, Any]) -> dict[str, str]:
        """The uri and cid of a new record."""
        whole = {"repo": person.did, "collection": collection, "record": record}
        said = self.call("com.atproto.repo.createRecord", whole, person.token)
        return {"uri": said["uri"], "cid": said["cid"]}

    def delete(self, person: Person, uri: str) -> None:
        collection, rkey = uri.split("/")[-2:]
        where = {"repo": person.did, "collection": collection, "rkey": rkey}
        self.call("com.atproto.repo.deleteRecord", where, person.token)


class _Lines:
    """What the other side says, one JSON value at a time, not waited for without end."""

    def __init__(self, node: subprocess.Popen[str]) -> None:
        self._node = node

    def next(self) -> Any:
        assert self._node.stdout is not None
        late = threading.Timer(_START, self._node.kill)
        late.daemon = True
        late.start()
        try:
            for line in self._node.stdout:
                if line.startswith("@@"):
                    return json.loads(line[2:])
        finally:
            late.cancel()
        raise AssertionError("the network of Bluesky ended or said nothing")


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Network]:
    """The whole network, up for as long as needed; its files lie in `folder`."""
    packages = installed()
    redis = program("redis-server", "redis-server")
    with database(folder / "db") as url, cache(redis, folder) as redis_host:
        scratch = folder / "scratch"
        scratch.mkdir()
        env = dict(
            os.environ,
            TMPDIR=str(scratch),
            DB_POSTGRES_URL=url,
            DB_POSTGRES_SCHEMA="calm",
            REDIS_HOST=redis_host,
            LOG_ENABLED="false",
            CALMREPLY_NETWORK_PACKAGES=str(packages),
        )
        words = ["node", "--no-deprecation", "-r", str(HERE / "loopback.cjs")]
        with (folder / "network.log").open("w") as log:
            node = subprocess.Popen(
                [*words, str(HERE / "network.cjs")],
                env=env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        with _ending(node):
            yield Network(node)


@contextlib.contextmanager
def _ending(process: subprocess.Popen[Any]) -> Iterator[None]:
    try:
        yield
    finally:
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def cache(redis: str, folder: Path) -> Iterator[str]:
    """A small redis; its host and port."""
    port = free_port()
    words = [redis, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    server = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with _ending(server):
        yield f"127.0.0.1:{port}"


@contextlib.contextmanager
def database(folder: Path) -> Iterator[str]:
    """A small PostgreSQL; its address. As root it runs as nobody, since it refuses root."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = str(found[-1]) if found else program("initdb", "postgresql")
    control = str(Path(initdb).with_name("pg_ctl"))
    # The folders above belong to one person only, whom nobody else may follow there.
    with tempfile.TemporaryDirectory(prefix="calmreply-db-") as lent:
        home = Path(lent)
        who: dict[str, Any] = {}
        if os.geteuid() == 0:
            shutil.chown(home, "nobody", "nogroup")
            who = _NOBODY
        data = home / folder.name
        options = ["-A", "trust", "-U", "calm", "--locale=C.UTF-8", "-E", "UTF8", "--no-sync"]
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "cwd": home, **who}
        subprocess.run([initdb, "-D", str(data), *options], check=True, **quiet)
        port = free_port()
        how = f"-p {port} -c listen_addresses=127.0.0.1 -k {home} -c fsync=off"
        log = str(home / "log")
        server = [control, "-D", str(data)]
        subprocess.run(
            [*server, "-w", "-t", "120", "-l", log, "-o", how, "start"], check=True, **quiet
        )
        try:
            yield f"postgres://calm@127.0.0.1:{port}/postgres"
        finally:
            subprocess.run([*server, "-m", "immediate", "stop"], check=True, **quiet)


def installed() -> Path:
    """The folder with the network's packages, made at the first call on this computer."""
    npm, _node = program("npm", "npm"), program("node", "nodejs")
    lock = (HERE / "package-lock.json").read_bytes() + (HERE / "package.json").read_bytes()
    home = Path(pwd.getpwuid(os.getuid()).pw_dir)
    shelf = home / ".cache" / "calmreply-tests"
    shelf.mkdir(parents=True, exist_ok=True)
    target = shelf / f"bluesky-{hashlib.sha256(lock).hexdigest()[:12]}"
    with (shelf / "bluesky.lock").open("w") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        if not target.exists():
            _install(npm, target, home)
    return target


def _install(npm: str, target: Path, home: Path) -> None:
    for half_made in target.parent.glob("making-bluesky-*"):
        shutil.rmtree(half_made)
    making = Path(tempfile.mkdtemp(prefix="making-bluesky-", dir=target.parent))
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, making / name)
    words = [npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    env = dict(os.environ, HOME=str(home))
    done = subprocess.run(words, cwd=making, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        shutil.rmtree(making)
        pytest.skip(f"missing: the npm package @atproto/dev-env ({done.stderr[-200:].strip()})")
    making.rename(target)


def program(name: str, package: str) -> str:
    """Where a program is; installed as root on Debian, else the tests are skipped."""
    found = shutil.which(name)
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        words = ["apt-get", "-o", "DPkg::Lock::Timeout=120", "install", "-y", "-qq"]
        env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        subprocess.run(
            [*words, "--no-install-recommends", package], env=env, capture_output=True, check=False
        )
        found = shutil.which(name)
    if found is None:
        pytest.skip(f"missing: {name} (on Debian: apt-get install {package})")
    return found
