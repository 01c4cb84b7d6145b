"""A home that listens to everything hostile, and to good sites beside it."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import random
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from tests.hostile import feeds, letters, sending, watch
from tests.hostile.bait import Bait, Canary
from tests.hostile.mailbox import Mailbox
from tests.hostile.sending import Line, Play, answer
from tests.hostile.site import Sites
from tests.listening.real_dovecot import _authority, _issued, server_context

from calmreply.app.ledger import writing
from calmreply.app.ports.storage import Account, Source
from calmreply.bootstrap.homes import Parts, open_home
from calmreply.domain.mention import SourceId
from calmreply.testing.secrets import FakeSecrets

T = TypeVar("T")

CHECKOUT: Final = Path(__file__).parents[2]
GOOD: Final = "good-"
_ENTRIES: Final = 20
_AS_FAR: Final = 0.2
"""Seconds until a good site answers: the nearest are that far on the web."""
_POLLER: Final = Path(__file__).with_name("poller.py")


def good_sites(count: int) -> dict[str, Play]:
    """Sites that do what they should."""
    found: dict[str, Play] = {}
    for number in range(count):
        entries = "".join(
            f"<item><guid>e{number}-{n}</guid><title>Soup {n} at {number}</title><description>"
            f"&lt;p&gt;The soup number {number}.{n} was warm, the waiter was not.&lt;/p&gt;"
            f"</description><pubDate>Fri, 20 Nov 2026 08:{n:02}:00 +0000</pubDate></item>"
            for n in range(_ENTRIES)
        )
        body = f'<rss version="2.0"><channel><title>Good {number}</title>{entries}</channel></rss>'
        found[f"{GOOD}{number}"] = _after_a_while(answer(body.encode(), b"Content-Type: text/xml"))
    return found


def _after_a_while(data: bytes) -> Play:
    def play(line: Line) -> None:
        if not line.wait(_AS_FAR):
            line.say(data)

    return play


def hostile_sites(bait: Bait, *, slow: bool) -> dict[str, Play]:
    """Every hostile site, by name."""

    def says(data: bytes) -> Play:
        return lambda line: line.say(data)

    found: dict[str, Play] = {}
    for name, (body, kind) in feeds.everything(bait).items():
        found[name] = says(_packed(body, kind))
    found |= sending.everything(bait)
    return found | sending.slow() if slow else found


def _packed(body: bytes, kind: str) -> bytes:
    """As a site sends it: what is too much for the wire goes packed, still within the ratio."""
    lines = [b"Content-Type: " + kind.encode("ascii", "replace")]
    if len(body) < 4_500_000:
        return answer(body, *lines)
    noise = random.Random(5).randbytes(220_000).hex().encode()  # noqa: S311 - only to take up room
    start, after = next(
        (one, body.find(one) + len(one))
        for one in (b"<channel>", b'"title": "Bad", ', b"")
        if one in body
    )
    filler = b'"x": "' + noise + b'", ' if start[:1] == b'"' else b"<!--" + noise + b"-->"
    filled = (body[:after] + filler + body[after:])[:19_900_000]
    return answer(gzip.compress(filled, 6), b"Content-Encoding: gzip", *lines)


@dataclass
class Found:
    """What one run told. `names` are the sources' names by their addresses."""

    said: dict[str, Any]
    names: dict[str, str]
    ran: watch.Ran
    touched: watch.Touched = field(default_factory=watch.Touched)

    def of(self, *, good: bool) -> list[dict[str, Any]]:
        return [
            one
            for one in self.said["polled"]
            if self.names[one["address"]].startswith(GOOD) is good
        ]

    @property
    def good_took(self) -> float:
        """Seconds until the last good one was done."""
        return self.took(GOOD)

    def took(self, begin: str) -> float:
        """Seconds until the last one was done whose name begins so."""
        ends = (
            times[1]
            for address, times in self.said["rounds"].items()
            if self.names[address].startswith(begin)
        )
        return max(ends, default=0.0)


class Folder:
    """Sites, a mailbox, files and a home that listens to all of them."""

    def __init__(
        self,
        root: Path,
        plays: Mapping[str, Play],
        canary: Canary,
        *,
        mails: Mapping[str, bytes],
        papers: Mapping[str, bytes],
        lists: Mapping[str, bytes],
    ) -> None:
        self.root = root
        self.canary = canary
        self.sites = Sites(plays)
        self._closing = contextlib.ExitStack()
        self._closing.callback(self.sites.close)
        self.mailbox: Mailbox | None = None
        self.names: dict[str, str] = {self.sites.address_of(name): name for name in plays}
        self._secrets = FakeSecrets()
        self._trust = root / "trust.pem"
        self.lists = [self._paper(name, body) for name, body in lists.items()]
        self.papers = [self._paper(name, body) for name, body in papers.items()]
        if mails:
            self._open_mailbox(mails)

    def close(self) -> None:
        self._closing.close()

    def _paper(self, name: str, body: bytes) -> str:
        path = self.root / "papers" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(body)
        return str(path)

    def _open_mailbox(self, mails: Mapping[str, bytes]) -> None:
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - slow to load

        authority = _authority("Test root")
        self._trust.write_bytes(authority[1].public_bytes(serialization.Encoding.PEM))
        context = server_context(_issued(*authority))
        self.mailbox = Mailbox(list(mails.values()), context)
        self._closing.callback(self.mailbox.close)

    def home(self, name: str) -> Path:
        """A new home that listens to all of it, the good ones spread among the others."""
        folder = self.root / name
        with (
            open_home(folder, Parts(secrets=self._secrets)) as opened,
            writing(opened.home) as ledger,
        ):
            for source in self._sources():
                ledger.tx.add_source(source)
            if self.mailbox is not None:
                told = {"host": "localhost", "port": str(self.mailbox.port), "user": "shop"}
                ledger.tx.save_account(Account("box", "imap", {**told, "security": "tls"}))
        self._secrets.set("account:box", "a password")
        return folder

    def _sources(self) -> list[Source]:
        def source(kind: str, address: str) -> Source:
            return Source(SourceId(""), kind, address, address, allow_private=kind == "feed")

        found = [source("feed", address) for address in self.names]
        random.Random(3).shuffle(found)  # noqa: S311 - the same every time
        more = [source("file", f"file:/{path}") for path in self.papers]
        if self.mailbox is not None:
            more.append(source("imap", "imap:box/INBOX"))
        self.names |= {one.address: Path(one.address).name for one in more}
        return [*more, *found]

    def poll(
        self,
        home: Path,
        *,
        trace: bool,
        seconds: float,
        download: float = 30.0,
        at_once: int | None = None,
    ) -> Found:
        """One round at everything in a process of its own."""
        plan, record = self.root / "plan.json", self.root / f"{home.name}.strace"
        told = {
            "secrets": {name: self._secrets.get(name) for name in self._secrets.names()},
            "seconds": download,
            "lists": self.lists,
            "at_once": at_once,
        }
        plan.write_text(json.dumps(told), encoding="utf-8")
        words = [sys.executable, str(_POLLER), str(home), str(plan)]
        ran = watch.run(
            watch.traced(words, record) if trace else words, self.environment(), seconds
        )
        if ran.code != 0:
            raise RuntimeError(f"the polling process ended with {ran.code}: {ran.err[-2_000:]}")
        touched = watch.touched(record, begins()) if trace else watch.Touched()
        return Found(json.loads(ran.out.splitlines()[-1]), dict(self.names), ran, touched)

    def environment(self) -> dict[str, str]:
        found = dict(os.environ)
        found["PYTHONPATH"] = os.pathsep.join((str(CHECKOUT / "src"), str(CHECKOUT)))
        if self._trust.exists():
            found["SSL_CERT_FILE"] = str(self._trust)
        return found


def plain_environment() -> dict[str, str]:
    return dict(os.environ)


def begins() -> str:
    """What the polling process asks for when it begins."""
    from tests.hostile.poller import BEGINS  # noqa: PLC0415 - it loads the whole program

    return BEGINS


def _all(_name: str) -> bool:
    return True


def _none(_name: str) -> bool:
    return False


@contextlib.contextmanager
def opened(
    root: Path, *, good: int, slow: bool, only: Callable[[str], bool] = _all
) -> Iterator[Folder]:
    """The folder, or what `only` says of it by name, with so many good sites beside it."""

    def some(found: Mapping[str, T]) -> dict[str, T]:
        return {name: one for name, one in found.items() if only(name)}

    canary = Canary(root)
    try:
        bait = canary.bait
        plays = good_sites(good) | some(hostile_sites(bait, slow=slow))
        folder = Folder(
            root,
            plays,
            canary,
            mails=some(letters.mails(bait)),
            papers=some(letters.papers(bait)),
            lists=some(letters.lists(bait)),
        )
        try:
            yield folder
        finally:
            folder.close()
    finally:
        canary.close()


@contextlib.contextmanager
def good_ones(root: Path, count: int) -> Iterator[Folder]:
    """Good sites and nothing else."""
    with opened(root, good=count, slow=False, only=_none) as found:
        yield found
