"""A server proves itself by a certificate, to a computer that knows whom to believe."""

from __future__ import annotations

import ipaddress
import os
import pwd
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.storage.cluster import Cluster

from calmreply.adapters.storage.postgres import TeamAddress
from calmreply.bootstrap import Parts
from calmreply.bootstrap.teams import ComputersTeams
from calmreply.testing.contracts.storage.samples import refused
from calmreply.testing.secrets import FakeSecrets

BEGAN, ENDS = datetime(2020, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC)


@dataclass
class Authority:
    """Somebody who signs certificates."""

    name: str

    def __post_init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self._sign(self.name, self.key, [], ca=True)

    def server(self, address: str) -> tuple[bytes, bytes]:
        """Certificate and key of a server at that address, as PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = [x509.IPAddress(ipaddress.ip_address(address))]
        pem = serialization.Encoding.PEM
        private = key.private_bytes(
            pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return self._sign(address, key, names).public_bytes(pem), private

    def file(self, folder: Path) -> str:
        path = folder / f"{self.name}.pem"
        path.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))
        return str(path)

    def _sign(
        self,
        name: str,
        key: ec.EllipticCurvePrivateKey,
        names: list[x509.IPAddress],
        *,
        ca: bool = False,
    ) -> x509.Certificate:
        def called(text: str) -> x509.Name:
            return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])

        made = (
            x509.CertificateBuilder()
            .subject_name(called(name))
            .issuer_name(called(self.name))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(BEGAN)
            .not_valid_after(ENDS - timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if names:
            made = made.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return made.sign(self.key, hashes.SHA256())


@pytest.fixture
def authority(cluster: Cluster) -> Iterator[Authority]:
    """The server has a certificate for 127.0.0.1 from it, until the test ends."""
    made = Authority("shop authority")
    for name, body in zip(("server.crt", "server.key"), made.server("127.0.0.1"), strict=True):
        path = cluster.folder / "data" / name
        path.write_bytes(body)
        path.chmod(0o600)
        if os.geteuid() == 0:
            account = pwd.getpwnam("nobody")
            os.chown(path, account.pw_uid, account.pw_gid)
    cluster.run("postgres", "ALTER SYSTEM SET ssl = on", "SELECT pg_reload_conf()")
    cluster.stop()
    cluster.start()
    yield made
    cluster.run("postgres", "ALTER SYSTEM RESET ssl", "SELECT pg_reload_conf()")
    cluster.stop()
    cluster.start()


def test_whom_a_computer_believes(
    cluster: Cluster, founded: str, authority: Authority, tmp_path: Path
) -> None:
    teams = ComputersTeams(Parts(secrets=FakeSecrets()))
    plain = cluster.address(founded)
    ours, others = authority.file(tmp_path), Authority("somebody else").file(tmp_path)
    strict = TeamAddress(plain.host, founded, plain.user, plain.password, plain.port)
    assert teams.look(replace(strict, certificates=ours)).warnings == ()
    for wrong in (
        strict,
        replace(strict, certificates=others),
        replace(strict, proof="verify-ca", certificates=others),
        replace(strict, host="localhost", certificates=ours),
    ):
        with refused("server_not_trusted"):
            teams.look(wrong)
    for right in (
        replace(strict, host="localhost", proof="verify-ca", certificates=ours),
        replace(strict, proof="require"),
    ):
        assert teams.look(right).people == 0
