"""Where an address leads: redirects, the own network, and what a secure connection proves."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_httpserver import HTTPServer

from calmreply.adapters.web import HttpWeb, Limits
from calmreply.errors import KnownError

BODY = b"<rss version='2.0'></rss>"
DATE = "Date: Tue, 10 Nov 2026 10:00:00 GMT"


def everywhere_here(_host: str, _port: int) -> list[str]:
    return ["127.0.0.1"]


def address(site: HTTPServer, path: str = "/feed", host: str = "127.0.0.1") -> str:
    scheme = "http" if site.ssl_context is None else "https"
    return f"{scheme}://{host}:{site.port}{path}"


def serve(site: HTTPServer, path: str = "/feed", **headers: str) -> None:
    site.expect_request(path).respond_with_data(BODY, headers=headers)


def redirect(site: HTTPServer, path: str, to: str, status: int = 301) -> None:
    site.expect_request(path).respond_with_data(b"moved", status, {"location": to})


def visited(site: HTTPServer) -> list[str]:
    return [asked.path for asked, _answered in site.log]


def refused(web: HttpWeb, where: str, **more: Any) -> str:
    """The code of the known error that `get` ends in."""
    with pytest.raises(KnownError) as caught:
        web.get(where, **more)
    return caught.value.code


@pytest.fixture
def site() -> Iterator[HTTPServer]:
    with HTTPServer(host="127.0.0.1") as server:
        yield server


@dataclass(frozen=True)
class Trust:
    """A certificate for 127.0.0.1 and shop.example: the server's side and who trusts it."""

    server: ssl.SSLContext
    trusting: ssl.SSLContext


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "shop.example")])
    begin = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    names = [x509.DNSName("shop.example"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin + dt.timedelta(days=365 * 80))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path_factory.mktemp("certificate") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + private)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    return Trust(server, ssl.create_default_context(cafile=str(pem)))


@pytest.fixture
def safe_site(trust: Trust) -> Iterator[HTTPServer]:
    with HTTPServer(host="127.0.0.1", ssl_context=trust.server) as server:
        yield server


# --- redirects -----------------------------------------------------------------------------


def test_redirects_are_followed_and_only_lasting_ones_remembered(site: HTTPServer) -> None:
    serve(site, "/new")
    redirect(site, "/one", "/two", 308)
    redirect(site, "/two", "../new?a=1", 301)
    redirect(site, "/maybe", "/two", 302)
    redirect(site, "/gone", "/nothing", 301)
    site.expect_request("/nothing").respond_with_data(b"", 404)
    web = HttpWeb()

    def get(path: str) -> tuple[int, str, str | None]:
        got = web.get(address(site, path), allow_private=True)
        assert got.asked == address(site, path)
        return got.status, got.address, got.moved_to

    new = address(site, "/new?a=1")
    assert get("/one") == (200, new, new)
    assert get("/maybe") == (200, new, None)
    assert get("/new?a=1") == (200, new, None)
    assert get("/gone") == (404, address(site, "/nothing"), None)


def test_a_cookie_set_on_the_way_is_not_carried_on(site: HTTPServer) -> None:
    moved = {"location": "/next", "set-cookie": "who=me"}
    site.expect_request("/feed").respond_with_data(b"", 302, moved)
    serve(site, "/next")
    HttpWeb().get(address(site), allow_private=True)
    assert visited(site) == ["/feed", "/next"]
    assert all("cookie" not in asked.headers for asked, _answered in site.log)


def test_a_redirect_loop_ends(site: HTTPServer) -> None:
    redirect(site, "/feed", "/other")
    redirect(site, "/other", "/feed")
    assert refused(HttpWeb(), address(site), allow_private=True) == "too_many_redirects"
    assert len(visited(site)) == 6


@pytest.mark.parametrize(
    "to", ["file:///etc/passwd", "ftp://shop.example/", "http://me:word@127.0.0.1/", "http://"]
)
def test_a_redirect_is_checked_like_the_first_address(site: HTTPServer, to: str) -> None:
    redirect(site, "/feed", to)
    assert refused(HttpWeb(), address(site), allow_private=True) == "bad_address"


# --- the own network -----------------------------------------------------------------------


def test_the_own_network_is_closed_unless_that_source_was_allowed(site: HTTPServer) -> None:
    serve(site)
    asked: list[str] = []

    def look_up(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    web = HttpWeb(look_up=look_up)
    shop = address(site, host="shop.example")
    assert refused(web, address(site)) == "private_address"
    assert refused(web, shop) == "private_address"
    assert refused(HttpWeb(), address(site, host="localhost")) == "private_address"
    assert visited(site) == []
    assert web.get(shop, allow_private=True).status == 200
    assert asked == ["shop.example", "shop.example"]  # no second look-up behind the check


def test_an_allowed_source_does_not_open_its_neighbours(site: HTTPServer) -> None:
    web = HttpWeb(look_up=everywhere_here)
    serve(site, "/same")
    redirect(site, "/feed", f"http://other.example:{site.port}/same")
    redirect(site, "/literal", address(site, "/same"))
    redirect(site, "/own", f"http://SHOP.example:{site.port}/same")
    for path in ("/feed", "/literal"):
        shop = address(site, path, "shop.example")
        assert refused(web, shop, allow_private=True) == "private_address"
    own = web.get(address(site, "/own", "shop.example"), allow_private=True)
    assert own.body == BODY
    assert visited(site) == ["/feed", "/literal", "/own", "/same"]


def test_an_answer_may_change_between_two_hops_but_not_slip_through(site: HTTPServer) -> None:
    redirect(site, "/feed", f"http://other.example:{site.port}/next")
    answers = {"shop.example": ["127.0.0.1"], "other.example": ["64:ff9b::7f00:1", "127.0.0.1"]}
    web = HttpWeb(look_up=lambda host, _port: answers[host])
    shop = address(site, host="shop.example")
    assert refused(web, shop, allow_private=True) == "private_address"
    assert visited(site) == ["/feed"]


def test_an_address_that_does_not_answer_gives_way_to_the_next(site: HTTPServer) -> None:
    serve(site)
    web = HttpWeb(look_up=lambda _host, _port: ["::1", "224.0.0.1", "127.0.0.1"])
    assert web.get(address(site, host="shop.example"), allow_private=True).body == BODY


# --- the secure connection and the outside time --------------------------------------------


@contextmanager
def one_answer(tls: ssl.SSLContext, lines: list[str]) -> Iterator[str]:
    """A secure server that says just these header lines, once."""

    def answer() -> None:
        plain, _peer = server.accept()
        with tls.wrap_socket(plain, server_side=True) as stream:
            stream.recv(65536)
            stream.sendall("\r\n".join(["HTTP/1.1 200 OK", *lines, "", ""]).encode())

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=answer)
        thread.start()
        yield f"https://127.0.0.1:{server.getsockname()[1]}/"
        thread.join()


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([DATE], dt.datetime(2026, 11, 10, 10, 0, tzinfo=dt.UTC)),
        ([DATE, "Age: 90"], dt.datetime(2026, 11, 10, 10, 1, 30, tzinfo=dt.UTC)),
        ([DATE, "Age: 999999"], None),
        ([DATE, "Age: soon"], None),
        ([DATE, "Date: Wed, 11 Nov 2026 10:00:00 GMT"], None),
        (["Date: teatime"], None),
        (["Date: Tue, 10 Nov 99999 10:00:00 GMT"], None),
        ([], None),
    ],
)
def test_a_verified_site_tells_the_time(
    trust: Trust, lines: list[str], expected: dt.datetime | None
) -> None:
    with one_answer(trust.server, lines) as where:
        got = HttpWeb(tls=trust.trusting).get(where, allow_private=True)
    assert (got.status, got.outside_time) == (200, expected)


def test_an_unverified_connection_proves_no_time(
    site: HTTPServer, safe_site: HTTPServer, trust: Trust
) -> None:
    serve(site)
    serve(safe_site)
    redirect(safe_site, "/down", address(site))
    careless = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    careless.check_hostname = False
    careless.verify_mode = ssl.CERT_NONE
    web = HttpWeb(tls=trust.trusting)
    assert web.get(address(site), allow_private=True).outside_time is None
    unsure = HttpWeb(tls=careless).get(address(safe_site), allow_private=True)
    assert (unsure.body, unsure.outside_time) == (BODY, None)
    down = web.get(address(safe_site, "/down"), allow_private=True)
    assert (down.body, down.outside_time, down.moved_to) == (BODY, None, None)


def test_a_certificate_nobody_trusts_or_for_another_name_ends_it(
    safe_site: HTTPServer, trust: Trust
) -> None:
    serve(safe_site)
    web = HttpWeb(tls=trust.trusting, look_up=everywhere_here)
    assert web.get(address(safe_site, host="shop.example"), allow_private=True).body == BODY
    other = address(safe_site, host="other.example")
    assert refused(web, other, allow_private=True) == "tls"
    assert refused(HttpWeb(), address(safe_site), allow_private=True) == "tls"
    assert visited(safe_site) == ["/feed"]


def test_a_tls_handshake_that_hangs_is_not_waited_for(trust: Trust) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        web = HttpWeb(limits=Limits(seconds=1.0), tls=trust.trusting)
        address = f"https://127.0.0.1:{silent.getsockname()[1]}/"
        assert refused(web, address, allow_private=True) == "too_slow"
