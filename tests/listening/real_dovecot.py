"""A real mail server (Dovecot) on loopback, run by no privileged user, with certificates of ours.

What is missing is installed once where that is allowed (root on Debian: apt-get); elsewhere the
tests that need it are skipped with its name.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import imaplib
import ipaddress
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.elsewhere import PATIENCE, free_ports

USER, PASSWORD = "hello@bluedoor.example", "Schlüssel&鍵"
PROGRAM: Final = "/usr/sbin/dovecot"
_CONFIG: Final = """
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
mail_location = maildir:{root}/mail/%u
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{root}/server.pem
ssl_key = <{root}/server.pem
auth_mechanisms = plain
auth_failure_delay = 0
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={root}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Written {{
    auto = create
    special_use = \\Sent
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {starttls}
  }}
  inet_listener imaps {{
    port = {tls}
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True)
class Certificates:
    """What a client trusts and what a server shows; `stranger` is trusted by nobody."""

    client: ssl.SSLContext
    server: bytes
    stranger: bytes


def certificates() -> Certificates:
    """An authority, and a server's key and certificate for localhost by it and by another one."""
    root, stranger = _authority("Test root"), _authority("A stranger")
    pem = root[1].public_bytes(serialization.Encoding.PEM).decode()
    return Certificates(ssl.create_default_context(cadata=pem), _issued(*root), _issued(*stranger))


def server_context(pem: bytes) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.NamedTemporaryFile() as file:
        file.write(pem)
        file.flush()
        context.load_cert_chain(file.name)
    return context


class RealDovecot:
    """A running server; every user has a mailbox, the password is `PASSWORD`."""

    def __init__(self, root: Path, trust: Certificates) -> None:
        self.root = root
        self.trust = trust
        self.tls, self.starttls = free_ports(2)

    def client(self, user: str = USER) -> imaplib.IMAP4:
        """A connection of Python's own client, signed in."""
        client = imaplib.IMAP4_SSL("localhost", self.tls, ssl_context=self.trust.client)
        client.authenticate("PLAIN", lambda _: f"\0{user}\0{PASSWORD}".encode())
        return client

    def bring(self, *letters: bytes, folder: str = "INBOX", user: str = USER) -> None:
        """Have these mails arrive in a folder, which is made if it is not there."""
        client = self.client(user)
        with contextlib.closing(client.socket()):
            if folder != "INBOX":
                client.create(folder)
            for letter in letters:
                answer, said = client.append(folder, "", "", letter)
                assert answer == "OK", said
            client.logout()


@contextlib.contextmanager
def running(trust: Certificates) -> Iterator[RealDovecot]:
    """Start a server of our own, and end it."""
    _have_debian()
    root = Path(tempfile.mkdtemp(prefix="calmreply-dovecot-"))  # short, for its sockets' names
    server = RealDovecot(root, trust)
    who = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    group = str(who.pw_gid)
    told = {"root": root, "user": who.pw_name, "group": _group(who.pw_gid), "password": PASSWORD}
    config = _CONFIG.format(**told, tls=server.tls, starttls=server.starttls)
    (root / "dovecot.conf").write_text(config, encoding="utf-8")
    (root / "server.pem").write_bytes(trust.server)
    for folder in ("run", "state", "mail"):
        (root / folder).mkdir()
    other = {"user": who.pw_uid, "group": int(group), "extra_groups": []}
    if os.geteuid() == 0:
        for path in (root, *root.iterdir()):
            os.chown(path, who.pw_uid, int(group))
    command = [PROGRAM, "-F", "-c", str(root / "dovecot.conf")]
    process = subprocess.Popen(command, **(other if os.geteuid() == 0 else {}), cwd=root)  # type: ignore[call-overload]  # the keywords are a mapping
    try:
        for port in (server.tls, server.starttls):
            _wait_for(port, process, root / "log")
        yield server
    finally:
        process.terminate()
        process.wait(PATIENCE)
        shutil.rmtree(root, ignore_errors=True)


def _have_debian() -> None:
    if Path(PROGRAM).is_file():
        return
    if not (os.geteuid() == 0 and shutil.which("apt-get")):
        pytest.skip("no dovecot-imapd: apt-get install dovecot-imapd")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-qq"], ["install", "-y", "--no-install-recommends", "dovecot-imapd"]):
        command = ["apt-get", "-o", "DPkg::Lock::Timeout=300", *words]
        subprocess.run(command, env=env, capture_output=True, check=False, stdin=subprocess.DEVNULL)
    if not Path(PROGRAM).is_file():
        pytest.skip("no dovecot-imapd, and it could not be installed")


def _group(number: int) -> str:
    import grp  # noqa: PLC0415 - not on every system

    return grp.getgrgid(number).gr_name


def _authority(name: str) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    usage = dict.fromkeys(
        ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
         "key_agreement", "encipher_only", "decipher_only"), False,
    )  # fmt: skip
    made = (
        _certificate(name, name, key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(key_cert_sign=True, crl_sign=True, **usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return key, made


def _issued(signer: ec.EllipticCurvePrivateKey, authority: x509.Certificate) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    issued_by = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    issuer = authority.subject.rfc4514_string()[3:]
    made = (
        _certificate("localhost", issuer, key)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(issued_by, critical=False)
        .sign(signer, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private + made.public_bytes(serialization.Encoding.PEM)


def _certificate(
    name: str, issuer: str, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    subject, by = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)]) for each in (name, issuer)
    )
    born, dies = dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2120, 1, 1, tzinfo=dt.UTC)
    number = x509.random_serial_number()
    return x509.CertificateBuilder(by, subject, key.public_key(), number, born, dies)


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    pause = threading.Event()
    for _turn in range(int(PATIENCE / 0.05)):
        if server.poll() is not None:
            pytest.fail(f"Dovecot ended at once: {log.read_text() if log.exists() else ''}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        pause.wait(0.05)
    pytest.fail(f"Dovecot was not up within {PATIENCE:g} s")
