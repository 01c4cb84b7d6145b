"""The command line at work: in this process with a clock moved by hand, or in processes of its own.

Everything but the clock is real: SQLite files, Ed25519 keys (made cheap), a web server with feeds,
a mail server with TLS and sign-in whose certificate is trusted for the test.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import ipaddress
import json
import os
import signal
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from calmreply.adapters.channels.hand import HandChannel
from calmreply.adapters.channels.mail import MailChannel
from calmreply.adapters.entropy import SystemEntropy
from calmreply.adapters.keys import Cost, EdKeys
from calmreply.bootstrap import Parts, Program
from calmreply.cli.console import Console
from calmreply.cli.main import main
from calmreply.testing.clock import FakeClock
from calmreply.testing.secrets import FakeSecrets

WORDS = {
    "Ana": "seven quiet loaves rise",
    "Ben": "green door open early",
    "Cleo": "nobody bakes on monday",
}
MAIL_PASSWORD = "an app password"


@dataclass(frozen=True)
class Said:
    """How a command ended: its exit, its one JSON value, what stood on the standard error."""

    exit: int
    data: Any
    err: str

    @property
    def blockers(self) -> list[str]:
        return [one["kind"] for one in self.data["blockers"]]

    @property
    def code(self) -> str:
        return str(self.data["error"]["code"])


@dataclass
class Desk:
    """One shop's command line, in this process."""

    folder: Path
    clock: FakeClock
    parts: Parts
    files: Path
    _number: int = field(default=0)

    def __call__(self, *words: str, stdin: str = "", who: str = "", expect: int = 0) -> Said:
        """Run one command with `--json`; `who` acts. Fails on any other exit than expected."""
        with contextlib.ExitStack() as closing:
            acting = []
            if who:
                number = closing.enter_context(open_line(WORDS[who]))
                acting = ["--as", who, "--passphrase-fd", str(number)]
            out, err = io.StringIO(), io.StringIO()
            console = Console(io.BytesIO(stdin.encode()), out, err)
            line = [*words, *acting, "--json", "--home", str(self.folder)]
            code = main(line, Program(self.parts), console)
        said = Said(code, json.loads(out.getvalue()), err.getvalue())
        assert said.exit == expect, (words, said)
        return said

    def text(self, *words: str, who: str = "") -> str:
        """Run one command for a person and return what it prints."""
        with contextlib.ExitStack() as closing:
            acting = []
            if who:
                number = closing.enter_context(open_line(WORDS[who]))
                acting = ["--as", who, "--passphrase-fd", str(number)]
            out, err = io.StringIO(), io.StringIO()
            line = [*words, *acting, "--home", str(self.folder)]
            main(line, Program(self.parts), Console(io.BytesIO(), out, err))
        return out.getvalue() + err.getvalue()

    def file(self, text: str) -> str:
        """A file with that text."""
        self._number += 1
        path = self.files / f"text-{self._number}.txt"
        path.write_text(text, encoding="utf-8")
        return str(path)

    def enrol(self, *names: str, vouching: str = "", **more: str) -> None:
        options = [word for name, value in more.items() for word in (f"--{name}", value)]
        for name in names:
            with open_line(WORDS[name]) as number:
                option = "--new-passphrase-fd" if vouching else "--passphrase-fd"
                new = ["people", "add", name, *options, option, str(number)]
                self(*new, who=vouching)

    def gate(self, case: str) -> list[str]:
        """The kinds of what stands in the way."""
        with contextlib.ExitStack():
            out = io.StringIO()
            line = ["gate", case, "--json", "--home", str(self.folder)]
            code = main(line, Program(self.parts), Console(io.BytesIO(), out, io.StringIO()))
        kinds = [one["kind"] for one in json.loads(out.getvalue())["blockers"]]
        assert code == (3 if kinds else 0)
        return kinds

    def paste(self, text: str, *more: str, author: str = "Robin Sample") -> str:
        """A pasted review; returns its case."""
        words = ["mention", "add", "--author", author, "--text-file", "-"]
        return str(self(*words, *more, stdin=text).data["case"])


@contextlib.contextmanager
def open_line(*lines: str) -> Iterator[int]:
    """The number of an open file that holds these lines."""
    reading, writing = os.pipe()
    os.write(writing, "".join(f"{line}\n" for line in lines).encode())
    os.close(writing)
    try:
        yield reading
    finally:
        os.close(reading)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def secrets() -> FakeSecrets:
    return FakeSecrets()


@pytest.fixture
def desk(tmp_path: Path, clock: FakeClock, secrets: FakeSecrets, trust: ssl.SSLContext) -> Desk:
    files = tmp_path / "files"
    files.mkdir()
    entropy = SystemEntropy()
    cheap = Cost(memory=64, passes=1, lanes=1)
    parts = Parts(
        clock=clock,
        secrets=secrets,
        keys=EdKeys(entropy, secrets, "desk", cost=cheap),
        channels={"hand": HandChannel(), "mail": MailChannel(trust)},
    )
    return Desk(tmp_path / "shop", clock, parts, files)


# --- the mail server -----------------------------------------------------------------------


@dataclass(frozen=True)
class Certificate:
    """A certificate for localhost that signs itself."""

    chain: Path
    key: Path


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    folder = tmp_path_factory.mktemp("certificate")
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime(2026, 1, 1, tzinfo=UTC)
    address = ipaddress.ip_address("127.0.0.1")
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today)
        .not_valid_after(today + timedelta(days=36_500))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(address)]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    chain, secret = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(made.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return Certificate(chain, secret)


@pytest.fixture(scope="session")
def trust(certificate: Certificate) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate.chain))


class Post:
    """A mail server with TLS and sign-in, on a thread of its own; keeps what it was given.

    `answer` is what it says to the end of a message; with `hang` it takes the message and says
    nothing until `go_on`.
    """

    def __init__(self, certificate: Certificate) -> None:
        self.taken: list[EmailMessage] = []
        self.answer = "250 taken"
        self.hang = False
        self.has_taken = threading.Event()
        self.port = 0
        self._going_on = threading.Event()
        self._conversations: list[SMTP] = []
        self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._context.load_cert_chain(certificate.chain, certificate.key)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="post")

    def start(self) -> None:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()

    def stop(self) -> None:
        self._going_on.set()
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _open(self) -> None:
        self._server = await self._loop.create_server(self._conversation, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        self._server.close()
        for one in self._conversations:
            if isinstance(one.transport, asyncio.Transport):
                one.transport.abort()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self._loop.shutdown_default_executor()

    def _conversation(self) -> SMTP:
        self._conversations.append(
            SMTP(
                self,
                hostname="post.example",
                tls_context=self._context,
                require_starttls=True,
                auth_required=True,
                authenticator=self._signs_in,
                loop=self._loop,
            )
        )
        return self._conversations[-1]

    def go_on(self) -> None:
        self._going_on.set()

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: object, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        message = BytesParser(policy=default).parsebytes(content)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        self.has_taken.set()
        if self.hang:
            await asyncio.get_running_loop().run_in_executor(None, self._going_on.wait)
        return self.answer

    def _signs_in(
        self, _server: object, _session: Session, _envelope: Envelope, _how: str, data: object
    ) -> AuthResult:
        good = LoginPassword(b"hello@bluedoor.example", MAIL_PASSWORD.encode())
        return AuthResult(success=data == good)

    def settings(self) -> list[str]:
        """The words that set up an account at this server."""
        values = {
            "name": "Blue Door Bakery",
            "address": "hello@bluedoor.example",
            "host": "127.0.0.1",
            "port": str(self.port),
            "security": "starttls",
        }
        return [word for name, value in values.items() for word in ("--set", f"{name}={value}")]


@pytest.fixture
def post(certificate: Certificate) -> Iterator[Post]:
    server = Post(certificate)
    server.start()
    yield server
    server.stop()


# --- the web server ------------------------------------------------------------------------

FEED = """<?xml version="1.0"?>
<rss version="2.0"><channel><title>Town talk</title><link>https://talk.example/</link>
{items}</channel></rss>"""
ITEM = """<item><guid>{key}</guid><title>{key}</title><link>https://talk.example/{key}</link>
<pubDate>{date}</pubDate><description>{text}</description></item>"""


@dataclass
class Town:
    """A real web server with one feed; honours ETag."""

    server: HTTPServer
    items: list[str] = field(default_factory=list)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    asked: int = 0

    def say(
        self, key: str, text: str, *, when: datetime, title: str = "", author: str = ""
    ) -> None:
        date = when.strftime("%a, %d %b %Y %H:%M:%S GMT")
        item = ITEM.format(key=key, title=title or key, author=author, date=date, text=text)
        self.items.append(item)

    @property
    def url(self) -> str:
        return str(self.server.url_for("/feed"))

    def serve(self, request: Request) -> Response:
        self.asked += 1
        body = FEED.format(items="".join(self.items))
        etag = f'"{len(self.items)}"'
        if self.status != 200:
            return Response("no", self.status, self.headers)
        if request.headers.get("If-None-Match") == etag:
            return Response(status=304)
        return Response(body, 200, {"ETag": etag}, content_type="application/rss+xml")


@pytest.fixture
def town(httpserver: HTTPServer) -> Town:
    town = Town(httpserver)
    httpserver.expect_request("/feed").respond_with_handler(town.serve)
    page = '<html><link rel="alternate" type="application/rss+xml" href="/feed"></html>'
    httpserver.expect_request("/").respond_with_data(page, content_type="text/html")
    return town


# --- processes of their own ----------------------------------------------------------------


@dataclass
class Shell:
    """The real program in a process of its own, on a folder of its own."""

    folder: Path
    chain: Path
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def env(self) -> dict[str, str]:
        env = {**os.environ, "CALMREPLY_HOME": str(self.folder), "SSL_CERT_FILE": str(self.chain)}
        return env | {"PYTHONPATH": str(Path(__file__).parents[2] / "src")}

    def start(
        self, *words: str, who: str = "", lines: tuple[str, ...] = ()
    ) -> subprocess.Popen[str]:
        """Start it; `lines` come in by the number 3-like file that `{fd}` stands for."""
        words = (*words, *(("--as", who, "--passphrase-fd", "{fd}") if who else ()))
        lines = (*((WORDS[who],) if who else ()), *lines)
        with open_line(*lines) as number:
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "calmreply",
                    *(word.replace("{fd}", str(number)) for word in words),
                ],
                env=self.env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=(number,),
                text=True,
                preexec_fn=_hears_ctrl_c,  # noqa: PLW1509 - sets a signal and nothing else
            )
        self.started.append(process)
        return process

    def end(self) -> None:
        """End what a failed test left running."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
                process.communicate()

    def __call__(
        self,
        *words: str,
        stdin: str = "",
        who: str = "",
        lines: tuple[str, ...] = (),
        expect: int = 0,
    ) -> Said:
        """Run it with `--json` to its end; its output has to be one JSON value."""
        process = self.start(*words, "--json", who=who, lines=lines)
        out, err = process.communicate(stdin, timeout=240)
        said = Said(process.returncode, json.loads(out), err)
        assert said.exit == expect, (words, said)
        return said


@pytest.fixture
def shell(tmp_path: Path, certificate: Certificate) -> Iterator[Shell]:
    shell = Shell(tmp_path / "shell", certificate.chain)
    yield shell
    shell.end()


def _hears_ctrl_c() -> None:
    """As at a terminal: what a shell starts in the background would pass Ctrl+C over."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
