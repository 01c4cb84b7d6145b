"""Which addresses are accepted, and which networks they may lead to."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import httpx2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from calmreply.adapters.web.addresses import checked
from calmreply.adapters.web.networks import Reach, reach, usable
from calmreply.errors import KnownError


@pytest.mark.parametrize(
    ("given_address", "href", "host", "port"),
    [
        ("http://shop.example", "http://shop.example/", "shop.example", 80),
        (" HTTPS://Shop.Example/Feed?a=1#x ", "https://shop.example/Feed?a=1", "shop.example", 443),
        ("http://shop.example:8080/a b", "http://shop.example:8080/a%20b", "shop.example", 8080),
        ("http://shop.example:80/", "http://shop.example/", "shop.example", 80),
        ("http://Bäckerei.example/ä", "http://xn--bckerei-5wa.example/%C3%A4", None, 80),
        ("http://[2606:4700::1]/", "http://[2606:4700::1]/", "2606:4700::1", 80),
        ("http://127.0.0.1:81/", "http://127.0.0.1:81/", "127.0.0.1", 81),
    ],
)
def test_ordinary_addresses(given_address: str, href: str, host: str | None, port: int) -> None:
    address = checked(given_address)
    assert (address.href, address.port) == (href, port)
    assert host is None or address.host == host


@pytest.mark.parametrize(
    "address",
    [
        "",
        "shop.example",
        "//shop.example/",
        "file:///etc/passwd",
        "ftp://shop.example/feed",
        "javascript:alert(1)",
        "http://",
        "http:///feed",
        "http://shop.example:99999/",
        "http://a b.example/",
        "http://me@shop.example/",
        "http://me:word@shop.example/",
        "http://@shop.example/",
        # one host for one reader, another for the other
        "http://good.example\\@evil.example/",
        "http://good.example\\.evil.example/",
        "http://%65vil.example/",
        "http://0x7f.1/",
        "http://2130706433/",
        "http://127.1/",
        "http://good.example:80:81/",
        "http:good.example/",
        "http:\\\\good.example/",
        "http://[::ffff:127.0.0.1%25eth0]/",
        "http://good.example/" + "a" * 5000,
    ],
)
def test_odd_addresses_are_refused_with_a_sentence(address: str) -> None:
    with pytest.raises(KnownError) as caught:
        checked(address)
    assert caught.value.code == "bad_address"
    assert caught.value.words
    assert "word" not in str(caught.value).replace("password", "")


HOSTS = st.text(alphabet="ab.@:/\\[]%#?1x7é。\t\n -_", min_size=1, max_size=24)


@given(HOSTS)
@example("a.example\t/x")
@example("a。example")
def test_three_readers_see_the_same_host_in_whatever_is_accepted(rest: str) -> None:
    try:
        address = checked(f"http://{rest}")
    except KnownError as error:
        assert error.code == "bad_address"  # noqa: PT017 - one of two good ends
        return
    third = httpx2.URL(address.href)
    assert third.raw_host.decode().strip("[]") == address.host
    assert (third.port or 80) == address.port
    assert "@" not in address.href.split("/")[2]


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("93.184.216.34", Reach.PUBLIC),
        ("2606:2800:220:1::1", Reach.PUBLIC),
        ("127.0.0.1", Reach.OWN),
        ("10.1.2.3", Reach.OWN),
        ("172.31.255.255", Reach.OWN),
        ("172.32.0.0", Reach.PUBLIC),
        ("192.168.0.10", Reach.OWN),
        ("169.254.169.254", Reach.OWN),
        ("100.64.0.1", Reach.OWN),
        ("::1", Reach.OWN),
        ("fe80::1", Reach.OWN),
        ("fe80::1%eth0", Reach.OWN),
        ("fd00::1", Reach.OWN),
        ("fec0::1", Reach.OWN),
        ("0.0.0.0", Reach.NOWHERE),  # noqa: S104 - the address that stands for every one
        ("224.0.0.1", Reach.NOWHERE),
        ("255.255.255.255", Reach.NOWHERE),
        ("192.0.2.1", Reach.NOWHERE),
        ("198.18.0.1", Reach.NOWHERE),
        ("192.88.99.1", Reach.NOWHERE),
        ("::", Reach.NOWHERE),
        ("ff02::1", Reach.NOWHERE),
        ("::ffff:127.0.0.1", Reach.NOWHERE),
        ("::ffff:93.184.216.34", Reach.NOWHERE),
        ("64:ff9b::7f00:1", Reach.NOWHERE),
        ("64:ff9b:1::1", Reach.NOWHERE),
        ("2002:7f00:1::", Reach.NOWHERE),
        ("2001:0:7f00:1::", Reach.NOWHERE),
        ("2001:db8::1", Reach.NOWHERE),
        ("3fff::1", Reach.NOWHERE),
        ("::127.0.0.1", Reach.NOWHERE),
    ],
)
def test_where_an_address_leads(address: str, where: Reach) -> None:
    assert reach(ip_address(address)) is where
    assert (address in usable([address], allow_own=False)) == (where is Reach.PUBLIC)
    assert (address in usable([address], allow_own=True)) == (where is not Reach.NOWHERE)


@given(st.ip_addresses())
def test_never_looser_than_the_standard_library(address: IPv4Address | IPv6Address) -> None:
    if reach(address) is Reach.PUBLIC:
        assert address.is_global
        assert not address.is_multicast


def test_only_the_good_ones_among_several_answers_are_used() -> None:
    answers = ["10.0.0.1", "93.184.216.34", "93.184.216.34", "::1", "no address"]
    assert usable(answers, allow_own=False) == ["93.184.216.34"]
    assert usable(answers, allow_own=True) == ["10.0.0.1", "93.184.216.34", "::1"]
