"""Names and hosts that pretend to be others: what is shown of them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calmreply.domain import disguise

HONEST = [
    "Ann Smith",
    "Müller & Söhne",
    "Ольга",
    "Ολγα",
    "דני כהן",
    "日本ABC",
    "Zoë 🧑‍🍳",
    "می‌خواهم",
    "",
]


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_name_stays_as_it_is(name: str) -> None:
    assert disguise.name(name) == name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Blue\u202eyreka", "Blue[U+202E]yreka"),
        ("Corner\u200bBakery", "Corner[U+200B]Bakery"),
        ("B\u0430kery", "B\u0430kery [letters of two alphabets]"),
        ("Corner \u0412\u0430kery Ltd", "Corner \u0412\u0430kery Ltd [letters of two alphabets]"),
        ("Corner\n\n  Bakery\u2028Ltd", "Corner Bakery Ltd"),
        ("\u2067Corner\u2069", "[U+2067]Corner[U+2069]"),
        ("a\ufeffb\x00", "a[U+FEFF]b[U+0000]"),
    ],
)
def test_what_hides_or_pretends_is_seen(name: str, shown: str) -> None:
    assert disguise.name(name) == shown


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("corner.example", "corner.example"),
        ("xn--crner-jye.example", "xn--crner-jye.example (c\u043erner.example {})"),
        ("c\u043erner.example", "xn--crner-jye.example (c\u043erner.example {})"),
        ("bücher.example", "xn--bcher-kva.example (bücher.example)"),
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("xn--9999999999999.example", "xn--9999999999999.example"),
        ("a\u202eb.example", "a[u+202e]b.example"),
    ],
)
def test_a_host_stands_in_the_spelling_that_cannot_pretend(host: str, shown: str) -> None:
    wanted = shown.replace("{}", "[letters of two alphabets]")
    assert disguise.host(host).casefold() == wanted


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://corner.example/feed?q=é", "https://corner.example/feed?q=é"),
        ("https://Bücher.example:8/ü", "https://xn--bcher-kva.example:8/ü (bücher.example)"),
        ("https://corner.example/\u202egpj.exe", "https://corner.example/[U+202E]gpj.exe"),
        ("imap:a1/INBOX", "imap:a1/INBOX"),
        ("https://[::1/", "https://[::1/"),
    ],
)
def test_an_address_shows_its_host_likewise(address: str, shown: str) -> None:
    assert disguise.address(address) == shown


@given(st.text(max_size=80))
def test_nothing_hidden_is_left_and_nothing_raises(text: str) -> None:
    for shown in (disguise.name(text), disguise.host(text), disguise.address(text)):
        assert not any(disguise.hides(shown, at) for at in range(len(shown)))
        assert not any(unicodedata.category(char) in ("Cc", "Cs") for char in shown if char > " ")
