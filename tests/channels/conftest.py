"""A real mail server (aiosmtpd), certificates to believe and not to, and the shop's account."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import ssl
import threading
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import pytest
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from calmreply.adapters.channels.mail import MailChannel
from calmreply.app.ports.storage import Account
from calmreply.testing.contracts import channel as contract

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from calmreply.app.ports.channels import SendResult

USER, PASSWORD = "hello@bluedoor.example", "Schlüssel & 鍵"
_BORN = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
_DIES = dt.datetime(2120, 1, 1, tzinfo=dt.UTC)


# --- certificates --------------------------------------------------------------------------


@dataclass(frozen=True)
class Trust:
    """Who is believed: the clients' context, and contexts for servers of every kind."""

    client: ssl.SSLContext
    server: ssl.SSLContext
    expired: ssl.SSLContext
    other_name: ssl.SSLContext
    stranger: ssl.SSLContext


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _authority(name: str) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    usage = dict.fromkeys(
        ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
         "key_agreement", "encipher_only", "decipher_only"), False,
    )  # fmt: skip
    made = (
        _certificate(name, name, key.public_key(), _DIES)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(key_cert_sign=True, crl_sign=True, **usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return key, made


def _certificate(
    name: str, issuer: str, public: Any, until: dt.datetime
) -> x509.CertificateBuilder:
    return x509.CertificateBuilder(
        _name(issuer), _name(name), public, x509.random_serial_number(), _BORN, until
    )


def _server_context(folder: Path, root: Any, host: str, until: dt.datetime) -> ssl.SSLContext:
    signer, authority = root
    key = ec.generate_private_key(ec.SECP256R1())
    names: list[x509.GeneralName] = [x509.DNSName(host)]
    if host == "localhost":
        names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    issued_by = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key())
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    made = (
        _certificate(host, authority.subject.rfc4514_string()[3:], key.public_key(), until)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(issued_by, critical=False)
        .add_extension(usage, critical=False)
        .sign(signer, hashes.SHA256())
    )
    file = folder / f"{made.serial_number}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@pytest.fixture(scope="session")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    """Make an authority the clients believe, and servers with good and with bad certificates."""
    folder = tmp_path_factory.mktemp("certificates")
    root, stranger = _authority("Test root"), _authority("A stranger")
    pem = root[1].public_bytes(serialization.Encoding.PEM).decode()
    return Trust(
        client=ssl.create_default_context(cadata=pem),
        server=_server_context(folder, root, "localhost", _DIES),
        expired=_server_context(folder, root, "localhost", _BORN + dt.timedelta(days=1)),
        other_name=_server_context(folder, root, "mail.elsewhere.example", _DIES),
        stranger=_server_context(folder, stranger, "localhost", _DIES),
    )


# --- the shop's side -----------------------------------------------------------------------


@pytest.fixture
def mail(trust: Trust) -> MailChannel:
    return MailChannel(trust.client)


@pytest.fixture
def account() -> Callable[..., Account]:
    """Make the shop's account at a server of ours."""

    def make(port: int, security: str = "starttls", **settings: str) -> Account:
        told = {"name": "Blue Döör Bakery", "address": USER, "host": "localhost"}
        return Account("a1", "mail", {**told, "port": str(port), "security": security, **settings})

    return make


@pytest.fixture
def send(mail: MailChannel) -> Callable[..., SendResult]:
    """Send a reply: `send(account, password, by=another_channel, cancelled=..., text=...)`."""

    def send(
        account: Account,
        password: str | None = PASSWORD,
        *,
        by: MailChannel = mail,
        cancelled: Callable[[], bool] | None = None,
        target: str = "anna@customer.example",
        **changes: str,
    ) -> SendResult:
        key = by.key(contract.FIRST, account)
        wire = by.render(contract.sample(target, **changes), account, key, contract.CREATED)
        tools = replace(contract.tools(), cancelled=cancelled)
        return by.send(account, password, wire, key, tools)

    return send


# --- a real server -------------------------------------------------------------------------


class Post:
    """A real mail server with accounts and a mailbox. `answers` overrides its answers by stage."""

    password = PASSWORD

    def __init__(self, context: ssl.SSLContext, *, implicit: bool = False, **options: Any) -> None:
        self.envelopes: list[Any] = []
        self.answers: dict[str, str] = {}
        self.ways: list[str] = []
        self.port = 0
        self._context = context
        self._implicit = implicit
        self._options = options
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="post")
        self._server: asyncio.Server | None = None
        self._clients: set[Any] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(60)
        return self

    def __exit__(self, *_: object) -> None:
        try:
            asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(60)
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(60)
            self._loop.close()

    @property
    def received(self) -> list[bytes]:
        return [envelope.original_content for envelope in self.envelopes]

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.answers.get("mail", "250 sender fine")

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.answers.get("rcpt", "250 recipient fine")

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, session: Any, envelope: Any
    ) -> str:
        answer = self.answers.get("data", "250 2.0.0 kept")
        if answer == "abort":
            self.envelopes.append(envelope)
            self._cut()
            return "250 never seen"
        if answer.startswith("2"):
            self.envelopes.append(envelope)
        assert session.authenticated
        return answer

    def _cut(self) -> None:
        for client in self._clients:
            # On Python before 3.11.4 a transport that has ended cannot be ended once more.
            if client.transport is not None and not client.transport.is_closing():
                client.transport.abort()

    def _check(self, _s: Any, _session: Any, _e: Any, way: str, told: Any) -> AuthResult:
        self.ways.append(way)
        good = (told.login.decode(), told.password.decode()) == (USER, PASSWORD)
        return AuthResult(success=good, handled=good)

    def _client(self) -> SMTP:
        options: dict[str, Any] = {
            "hostname": "post.example",
            "authenticator": self._check,
            "auth_required": True,
            "enable_SMTPUTF8": True,
            "loop": self._loop,
        }
        if self._implicit:
            options["auth_require_tls"] = False
        else:
            options |= {"tls_context": self._context, "require_starttls": True}
        client = SMTP(self, **{**options, **self._options})
        self._clients.add(client)
        return client

    async def _listen(self) -> None:
        protection = self._context if self._implicit else None
        self._server = await self._loop.create_server(self._client, "127.0.0.1", 0, ssl=protection)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _end(self) -> None:
        assert self._server is not None
        self._server.close()
        self._cut()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
def post(trust: Trust) -> Iterator[Callable[..., Post]]:
    """Start real mail servers; `post(implicit=True)` speaks TLS from the first byte."""
    with ExitStack() as stack:

        def start(**options: Any) -> Post:
            context = options.pop("context", trust.server)
            return stack.enter_context(Post(context, **options))

        yield start
