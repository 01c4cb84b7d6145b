"""What the tests here share: the mail server that knows when it is over, and the sender's reins."""

from __future__ import annotations

import asyncio
import json
import os
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from tests.cli.conftest import Certificate, Post
from tests.soak.shop import Place

ROOT = Path(__file__).parents[2]
WHOLE = int(os.environ.get("CALMREPLY_SOAK", "1")) > 1
"""All of it, as in `make soak`; else a slice."""
PATIENCE = 120.0
"""Seconds after which what should come is taken not to come."""
TURNS = 100
"""Of a server's loop, in which it has surely dealt with what it had read."""
STRACE = shutil.which("strace")


class PostOffice(Post):
    """A mail server of which one can wait that nobody talks with it any more."""

    def __init__(self, certificate: Certificate) -> None:
        super().__init__(certificate)
        self._lines: list[Any] = []

    def _conversation(self) -> SMTP:
        made = super()._conversation()
        begin, lines = made.connection_made, self._lines

        def connection_made(transport: Any) -> None:
            lines.append(transport)
            begin(transport)

        made.connection_made = connection_made  # type: ignore[method-assign]  # it is watched
        return made

    def quiet(self) -> int:
        """How many letters were taken, once every connection has ended and was read to its end."""
        asyncio.run_coroutine_threadsafe(self._read_out(), self._loop).result(PATIENCE)
        return len(self.taken)

    async def _read_out(self) -> None:
        plain = [line for line in self._lines if hasattr(line, "_sock")]
        # A transport tells nobody but its protocol of its end.
        while any(  # noqa: ASYNC110 - see above
            line.get_extra_info("socket").fileno() >= 0 for line in plain
        ):
            await asyncio.sleep(0.001)
        for _turn in range(TURNS):
            await asyncio.sleep(0)
        self._lines.clear()


@dataclass
class Sender:
    """The process that has children send."""

    process: subprocess.Popen[bytes]
    _rest: bytes = b""
    _said: list[dict[str, Any]] = field(default_factory=list)

    def begin(self, do: str, place: Place, **job: Any) -> None:
        self._tell({"do": do, "place": asdict(place), **job})

    def go(self) -> None:
        self._write(b"\n")

    def _tell(self, job: dict[str, Any]) -> None:
        self._write(json.dumps(job).encode() + b"\n")

    def _write(self, line: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line)
        self.process.stdin.flush()

    def hear(self, *at: str, patience: float = PATIENCE) -> dict[str, Any]:
        """The next that it says of that; what it says of other things before is passed over."""
        while True:
            while self._said:
                said = self._said.pop(0)
                if said["at"] in at:
                    return said
            self._listen(patience)

    def _listen(self, patience: float) -> None:
        out = self.process.stdout
        assert out is not None
        assert select.select([out], [], [], patience)[0], "it says nothing"
        piece = os.read(out.fileno(), 1 << 16)
        assert piece, "it is gone"
        *lines, self._rest = (self._rest + piece).split(b"\n")
        self._said += [json.loads(line) for line in lines if line]

    def does(self, do: str, place: Place, **job: Any) -> dict[str, Any]:
        """A job that nothing comes in the way of."""
        self.begin(do, place, **job)
        self.hear("ready")
        self.go()
        did = self.hear("did", "ended")
        assert did["at"] == "did", "it failed"
        assert self.hear("ended")["status"] == 0
        return did

    def traced(self, place: Place, words: Sequence[str], cases: Sequence[str]) -> dict[str, Any]:
        """A send under strace with those words; how it ended."""
        assert STRACE is not None
        self.begin("send", place, cases=list(cases))
        child = self.hear("ready")["pid"]
        strace = subprocess.Popen(
            [STRACE, "-f", *words, "-p", str(child)], stderr=subprocess.PIPE, text=True
        )
        assert strace.stderr is not None
        first = strace.stderr.readline()
        self.go()
        if "attached" not in first:
            self.hear("ended")
            strace.communicate(timeout=PATIENCE)
            pytest.skip(f"nobody may be traced here: {first.strip()}")
        did = self.hear("did", "ended", patience=3 * PATIENCE)
        if did["at"] == "did":
            self.hear("ended")
        strace.communicate(timeout=PATIENCE)
        return did


@contextmanager
def a_sender() -> Iterator[Sender]:
    paths = os.pathsep.join((str(ROOT), str(ROOT / "src")))
    env = {**os.environ, "PYTHONPATH": paths}
    words = [sys.executable, "-m", "tests.soak.sender"]
    with subprocess.Popen(
        words, env=env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        sender = Sender(process)
        try:
            sender.hear("loaded")
            yield sender
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(PATIENCE)


def spread(many: int, of: int) -> list[int]:
    """So many of the numbers from 0 up to `of`, at equal distances; all where there are fewer."""
    many = min(many, of)
    return sorted({round(number * (of - 1) / max(1, many - 1)) for number in range(many)})


def told(what: str, of: int, figures: Mapping[str, int]) -> None:
    """A line for whoever runs the soak, past what pytest keeps of a test's own output."""
    words = ", ".join(f"{name} {number}" for name, number in sorted(figures.items()))
    line = f"soak: {what}, of {of}: {words}\n"
    if WHOLE and sys.__stdout__ is not None:
        sys.__stdout__.write(f"\n{line}")
